"""The 200 strings that make.py tokenizes, grouped by what they try. Escapes are used where an editor might hide it."""

EMPTY_AND_SPACE = [
    "", " ", "  ", "   ", "        ", " " * 17, " " * 64, "\t", "\t\t\t", "\n", "\n\n", "\n\n\n\n", "\r\n", "\r\n\r\n",
    " \n", "\n ", " \n \n ", "\t \t \n", "a ", " a", "  a", "a  b", "a   b    c", "a\n\n\nb", "a \n b", "word   \n",
    "\u00a0", "a\u00a0b", "\u2003em\u2003space", "\u3000全角\u3000空白", "\u200bzero\u200bwidth", "\ufeffmark",
    "line\u2028separator\u2029paragraph", "next\u0085line", "\x0bvertical\x0cfeed",
]
CONTRACTIONS = [
    "I'm sure you're right, we've seen it's what they'd say; he'll go, don't you think?",
    "I'M SURE YOU'RE RIGHT, WE'VE SEEN IT'S WHAT THEY'D SAY", "'s 't 're 've 'm 'll 'd", "'S'T'RE'VE",
    "rock'n'roll o'clock y'all'd've", "don\u2019t can\u2019t it\u2019s", "''''s", "'", "x's's", "l'été qu'il d'où",
]
DIGITS = [
    "0", "7", "10", "123", "1234567890", "3.14159265358979", "1,000,000.50", "-42", "1e-10", "0xDEADBEEF", "2024-02-29",
    "12:34:56.789", "v1.2.3-rc4", "+49 (0)30 1234-5678", "a1b2c3", "1a", "a1", "1 2 3", " 12", "10 000 000", "½ ¾ ⅓",
    "x² + y³ = z₁₀", "Ⅳ Ⅻ ⅷ", "①②③⑩", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "１２３４", "一二三四五", "𝟘𝟙𝟚", "99%", "$1.99", "#1", "1st 2nd 3rd",
    "192.168.0.1:8080", "00000000000000000000",
]
ENGLISH = [
    "Hello", "hello world", "Hello, world!", " Hello", "The quick brown fox jumps over the lazy dog.",
    "THE QUICK BROWN FOX", "tHe QuIcK bRoWn", "Wait... what?!", "(parenthetical) [bracketed] {braced} <angled>",
    "e.g. i.e. etc. Dr. Mr. U.S.A.", "well-known state-of-the-art", "semi;colon:colon,comma", "\"quoted\" \u201ccurly\u201d «guillemets»",
    "The capital of France is", "Once upon a time, in a small village by the sea, there lived a clockmaker.",
    "antidisestablishmentarianism", "pneumonoultramicroscopicsilicovolcanoconiosis", "Donaudampfschifffahrtsgesellschaft",
    "a" * 300, "ab" * 150, "Ab1" * 60, "-" * 100, "=" * 33, "." * 21, "!?" * 20, "supercalifragilistic" * 6,
    "one two\nthree\tfour\r\nfive", "user@example.com https://example.org/a/b?c=d&e=f#g",
    "C:\\Users\\name\\file.txt", "/usr/local/bin/../lib",
]
CODE = [
    "def f(x):\n    return x ** 2\n", "for (int i = 0; i < n; ++i) {\n\tsum += a[i];\n}",
    "public static void main(String[] args) { System.out.println(\"hi\"); }", "SELECT * FROM t WHERE a >= 10 AND b != 'x';",
    "<div class=\"a b\">text &amp; more</div>", "{\"key\": [1, 2.5, null, true], \"s\": \"\\u00e9\\n\"}",
    "if a && b || !c { d ^= ~e & 0xff; }", "#include <stdio.h>\n#define X(a) #a\n", "git commit -m \"fix: it\" --amend",
    "fn main() -> Result<(), Box<dyn Error>> { Ok(()) }", "x = [i for i in range(10) if i % 2 == 0]  # even",
    "\t\tif err != nil {\n\t\t\treturn err\n\t\t}\n", "        deep\n            deeper\n    back\n", "a->b->c; a::b::c; a.b.c",
    "s/^[[:space:]]*//g", "| a | b |\n|---|---|\n| 1 | 2 |", "```python\nprint('x')\n```", "snake_case camelCase PascalCase SCREAMING_CASE",
    "__init__ _private $var @decorator", "α = λx. x + β", "\\frac{a}{b} \\sum_{i=1}^{n} x_i", "% latex comment\n\\begin{document}",
]
EUROPEAN = [
    "Größe, Straße, Übung, Äpfel", "café naïve façade", "cafe\u0301 nai\u0308ve (decomposed)", "Łódź, Gdańsk, źdźbło", "Příliš žluťoučký kůň",
    "İstanbul ığdır", "Ærøskøbing Århus", "¿Qué? ¡Sí! Ñandú", "Привет, мир! Как дела?", "Γειά σου Κόσμε", "Здравейте 123 и 45",
    "ﬁ ﬂ ligatures", "ẞ ß ſ", "ĳ Ĳ",
]
ASIAN = [
    "你好，世界！", "今天天气很好，我们去公园吧。", "漢字と仮名とカタカナ", "日本語のテキスト、句読点。", "안녕하세요 세계", "ㅎㅎㅋㅋ", "สวัสดีชาวโลก",
    "नमस्ते दुनिया", "हिन्दी में लिखा हुआ एक वाक्य।", "বাংলা ভাষা", "தமிழ் மொழி", "မြန်မာ", "ខ្មែរ", "𠮷野家 𝒳𝒴", "中文English混合123文字",
]
RIGHT_TO_LEFT = [
    "مرحبا بالعالم", "السَّلامُ عَلَيْكُمْ", "שלום עולם", "שָׁלוֹם", "mixed עברית and English", "\u202eoverride\u202c", "فارسی ۱۲۳",
]
EMOJI = [
    "😀", "😀😃😄", "👍🏽", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪🇫🇷", "I ❤️ you", "☕ coffee ☕", "1️⃣2️⃣", "🤷‍♀️ shrug", "a😀b", "🧑🏿‍🚀 to the 🌕!", "→ ← ⇒ ∀x∈ℝ", "♠♣♥♦ ☃ ★",
]
CONTROL_AND_ODD = [
    "\x00", "a\x00b", "\x01\x02\x03\x04\x05\x06\x13.", "\x1b[31mred\x1b[0m", "\x7f", "bell\x07", "\u0301", "Z͑ͫ̓a̴̵l͎g̷o", "\ufffd", "\ue000private\U00050000use", "\U0010ffff", "\u00ad soft\u00adhyphen",
]
MARKERS = [
    "<|im_start|>", "<|im_end|>", "<|endoftext|>", "<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n", "a<|im_end|>b",
    "<repo_name>",
]

STRINGS = (EMPTY_AND_SPACE + CONTRACTIONS + DIGITS + ENGLISH + CODE + EUROPEAN + ASIAN + RIGHT_TO_LEFT + EMOJI
           + CONTROL_AND_ODD + MARKERS)
