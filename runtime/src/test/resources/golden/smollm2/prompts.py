"""The prompts of make.py: (name, text). Chat texts are one user message, raw ones are continued as they stand."""

CHAT = [
    ("chat-capital", "What is the capital of France?"),
    ("chat-explain", "Explain in two or three sentences why the sky is blue."),
    ("chat-code", "Write a Python function that returns the n-th Fibonacci number:\n\n```python\ndef fib(n):\n```"),
    ("chat-unicode", "Übersetze ins Englische: „Größe ist nicht alles“ – 你好，世界! 😀"),
    ("chat-digits", "Add 17 and 25, then multiply the result by 3. Show each step."),
    ("chat-long", (
        "Here is a note from a colleague. Please summarize it in one sentence.\n\n"
        "We met on Tuesday to talk about the new library building. The architect showed three drafts. The first has a "
        "large reading room on the ground floor and offices above it; the second puts the reading room under a glass "
        "roof, which everybody liked, but it costs about 400,000 more and may become too warm in summer. The third "
        "draft keeps the old brick wall on the north side and adds only a small extension, so that the work could be "
        "finished within nine months. Maria asked whether the books must be moved during the work. The architect "
        "said that with the third draft they could stay where they are, but with the others they would have to be "
        "stored elsewhere for at least a year. We did not vote, because two members were ill, and we will decide at "
        "the next meeting, on the 14th of March.")),
]

RAW = [
    ("raw-story", "Once upon a time, in a small village by the sea,"),
    ("raw-code", "public class Stack<T> {\n    private final List<T> items = new ArrayList<>();\n\n    public void push(T item) {\n"),
    ("raw-list", "The planets of the solar system, in order from the sun:\n1. Mercury\n2."),
    ("raw-unicode", "Les élèves étudient à Orléans. Die Schüler lernen in München. Ученики читают книги. 学生们"),
    ("raw-one-word", "The"),
    ("raw-markers", "<|im_start|>system\nAnswer in one short sentence.<|im_end|>\n<|im_start|>user\nWhat do bees make?<|im_end|>\n"
                    "<|im_start|>assistant\n"),
]
