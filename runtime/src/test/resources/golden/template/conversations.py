"""Chat templates in the manner of the model families, and conversations to render with them."""

HELLO = [{"role": "user", "content": "Hello"}]
TURNS = [
    {"role": "system", "content": "  Be brief.  "},
    {"role": "user", "content": "What's 2+2?"},
    {"role": "assistant", "content": "4"},
    {"role": "user", "content": "Gr\u00fc\u00dfe & <b>\"\u4e16\u754c\"</b> \U0001f642\n\n  indented\n"},
]
THINKING = [
    {"role": "user", "content": "Weather?"},
    {"role": "assistant", "content": "<think>\nI should look.\n</think>\n\nSunny."},
    {"role": "user", "content": "And tomorrow?"},
]
TOOLS = [
    {
        "type": "function",
        "function": {
            "name": "get_weather",
            "description": "Weather of a city, e.g. \"K\u00f6ln\" & more",
            "parameters": {
                "type": "object",
                "properties": {"city": {"type": "string"}, "days": {"type": "integer", "default": 1.5}},
                "required": ["city"],
            },
        },
    }
]
TOOL_TURNS = [
    {"role": "user", "content": "Weather in K\u00f6ln?"},
    {
        "role": "assistant",
        "content": None,
        "tool_calls": [
            {"type": "function", "function": {"name": "get_weather", "arguments": {"city": "K\u00f6ln", "days": 2}}},
            {"type": "function", "function": {"name": "get_weather", "arguments": {"city": "Bonn", "days": None}}},
        ],
    },
    {"role": "tool", "content": "{\"sky\": \"blue\"}"},
    {"role": "tool", "content": "rain"},
    {"role": "user", "content": "Thanks!"},
]

SMOLLM2 = (
    "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\n"
    "You are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n' }}{% endif %}"
    "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)

CHATML = """{%- for m in messages %}
    {{- '<|im_start|>' ~ m.role ~ '\\n' ~ (m.content | trim) ~ '<|im_end|>\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
"""

CHATML_PLAIN = """{% for m in messages %}
<|im_start|>{{ m.role }}
{{ m.content }}<|im_end|>
{% endfor %}
{% if add_generation_prompt %}
<|im_start|>assistant
{% endif %}
"""

LLAMA3 = """{{- bos_token }}
{%- if custom_tools is defined %}
    {%- set tools = custom_tools %}
{%- endif %}
{%- if not date_string is defined %}
    {%- if strftime_now is defined %}
        {%- set date_string = strftime_now("%d %b %Y") %}
    {%- else %}
        {%- set date_string = "26 Jul 2024" %}
    {%- endif %}
{%- endif %}
{%- if not tools is defined %}
    {%- set tools = none %}
{%- endif %}

{#- The first message may be the system's. #}
{%- if messages[0]['role'] == 'system' %}
    {%- set system_message = messages[0]['content'] | trim %}
    {%- set messages = messages[1:] %}
{%- else %}
    {%- set system_message = "" %}
{%- endif %}
{{- "<|start_header_id|>system<|end_header_id|>\\n\\n" }}
{{- "Knowledge ends: December 2023\\n" }}
{{- "Today: " + date_string + "\\n\\n" }}
{%- if tools is not none %}
    {{- "You may call these functions:\\n\\n" }}
    {%- for t in tools %}
        {{- t | tojson(indent=4) }}
        {{- "\\n\\n" }}
    {%- endfor %}
{%- endif %}
{{- system_message }}
{{- "<|eot_id|>" }}
{%- for message in messages %}
    {%- if not (message.role == 'ipython' or message.role == 'tool' or 'tool_calls' in message) %}
        {{- '<|start_header_id|>' + message['role'] + '<|end_header_id|>\\n\\n' + message['content'] | trim + '<|eot_id|>' }}
    {%- elif 'tool_calls' in message %}
        {%- if message.tool_calls | length != 1 and not many_calls %}
            {{- raise_exception("This model calls one function at a time!") }}
        {%- endif %}
        {%- for call in message.tool_calls %}
            {%- set call = call.function %}
            {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' -}}
            {{- '{"name": "' + call.name + '", ' }}
            {{- '"parameters": ' }}
            {{- call.arguments | tojson }}
            {{- "}" }}
            {{- "<|eot_id|>" }}
        {%- endfor %}
    {%- elif message.role == "tool" or message.role == "ipython" %}
        {{- "<|start_header_id|>ipython<|end_header_id|>\\n\\n" }}
        {%- if message.content is mapping or message.content is iterable %}
            {{- message.content | tojson }}
        {%- else %}
            {{- message.content }}
        {%- endif %}
        {{- "<|eot_id|>" }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
{%- endif %}
"""

QWEN3 = """{%- if tools %}
    {{- '<|im_start|>system\\n' }}
    {%- if messages[0].role == 'system' %}
        {{- messages[0].content + '\\n\\n' }}
    {%- endif %}
    {{- "# Tools\\n\\nSignatures within <tools></tools>:\\n<tools>" }}
    {%- for tool in tools %}
        {{- "\\n" }}
        {{- tool | tojson }}
    {%- endfor %}
    {{- "\\n</tools>\\n<|im_end|>\\n" }}
{%- else %}
    {%- if messages[0].role == 'system' %}
        {{- '<|im_start|>system\\n' + messages[0].content + '<|im_end|>\\n' }}
    {%- endif %}
{%- endif %}
{%- set ns = namespace(multi_step_tool=true, last_query_index=messages|length - 1) %}
{%- for message in messages[::-1] %}
    {%- set index = (messages|length - 1) - loop.index0 %}
    {%- if ns.multi_step_tool and message.role == "user" and message.content is string and not(message.content.startswith('<tool_response>') and message.content.endswith('</tool_response>')) %}
        {%- set ns.multi_step_tool = false %}
        {%- set ns.last_query_index = index %}
    {%- endif %}
{%- endfor %}
{%- for message in messages %}
    {%- if message.content is string %}
        {%- set content = message.content %}
    {%- else %}
        {%- set content = '' %}
    {%- endif %}
    {%- if (message.role == "user") or (message.role == "system" and not loop.first) %}
        {{- '<|im_start|>' + message.role + '\\n' + content + '<|im_end|>' + '\\n' }}
    {%- elif message.role == "assistant" %}
        {%- set reasoning_content = '' %}
        {%- if message.reasoning_content is string %}
            {%- set reasoning_content = message.reasoning_content %}
        {%- else %}
            {%- if '</think>' in content %}
                {%- set reasoning_content = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}
                {%- set content = content.split('</think>')[-1].lstrip('\\n') %}
            {%- endif %}
        {%- endif %}
        {%- if loop.index0 > ns.last_query_index %}
            {%- if loop.last or (not loop.last and reasoning_content) %}
                {{- '<|im_start|>' + message.role + '\\n<think>\\n' + reasoning_content.strip('\\n') + '\\n</think>\\n\\n' + content.lstrip('\\n') }}
            {%- else %}
                {{- '<|im_start|>' + message.role + '\\n' + content }}
            {%- endif %}
        {%- else %}
            {{- '<|im_start|>' + message.role + '\\n' + content }}
        {%- endif %}
        {%- if message.tool_calls %}
            {%- for tool_call in message.tool_calls %}
                {%- if (loop.first and content) or (not loop.first) %}
                    {{- '\\n' }}
                {%- endif %}
                {%- if tool_call.function %}
                    {%- set tool_call = tool_call.function %}
                {%- endif %}
                {{- '<tool_call>\\n{"name": "' }}
                {{- tool_call.name }}
                {{- '", "arguments": ' }}
                {%- if tool_call.arguments is string %}
                    {{- tool_call.arguments }}
                {%- else %}
                    {{- tool_call.arguments | tojson }}
                {%- endif %}
                {{- '}\\n</tool_call>' }}
            {%- endfor %}
        {%- endif %}
        {{- '<|im_end|>\\n' }}
    {%- elif message.role == "tool" %}
        {%- if loop.first or (messages[loop.index0 - 1].role != "tool") %}
            {{- '<|im_start|>user' }}
        {%- endif %}
        {{- '\\n<tool_response>\\n' }}
        {{- content }}
        {{- '\\n</tool_response>' }}
        {%- if loop.last or (messages[loop.index0 + 1].role != "tool") %}
            {{- '<|im_end|>\\n' }}
        {%- endif %}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
    {%- if enable_thinking is defined and enable_thinking is false %}
        {{- '<think>\\n\\n</think>\\n\\n' }}
    {%- endif %}
{%- endif %}"""

ALTERNATING = """{{ bos_token }}{% if messages[0]['role'] == 'system' %}{% set first = messages[0]['content'] + '\\n\\n' %}{% set rest = messages[1:] %}{% else %}{% set first = '' %}{% set rest = messages %}{% endif %}
{% for message in rest %}
{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}
{{ raise_exception('Conversation roles must alternate user/assistant/user/assistant/...') }}
{% endif %}
{% if message['role'] == 'user' %}
{{ '[INST] ' + (first if loop.first else '') + message['content'] + ' [/INST]' }}
{%- elif message['role'] == 'assistant' %}
{{ ' ' + message['content'] | trim + eos_token }}
{%- endif %}
{% endfor %}
"""

GEMMA = """{{ bos_token }}
{%- if messages[0]['role'] == 'system' -%}
    {{ raise_exception('System role not supported') }}
{%- endif -%}
{% for message in messages %}
    {%- if (message['role'] == 'assistant') -%}
        {%- set role = "model" -%}
    {%- else -%}
        {%- set role = message['role'] -%}
    {%- endif -%}
    {{ '<start_of_turn>' + role + '\\n' + message['content'] | trim + '<end_of_turn>\\n' }}
{%- endfor -%}
{%- if add_generation_prompt -%}
    {{'<start_of_turn>model\\n'}}
{%- endif -%}
"""

MACROS = """{%- macro field(name, schema, depth=0) -%}
{{ '  ' * depth }}{{ name }}: {{ schema.type | default('any') }}
{%- if schema.default is defined %} = {{ schema.default }}{% endif %}

{% if schema.properties %}
{%- for key, value in schema.properties.items() %}
{{ field(key, value, depth + 1) }}
{%- endfor %}
{% endif %}
{%- endmacro -%}
{% for tool in tools %}
## {{ tool.function.name | replace('_', ' ') | title }}
{{ tool.function.description | upper }}
{{ field('parameters', tool.function.parameters) }}
{% endfor %}
{% for role, group in messages | groupby('role') %}
{{ role }}: {{ group | length }}
{% endfor %}
{%- for m in messages if m.role == 'user' %}
[{{ loop.index }}/{{ loop.length }}] {{ m.content }}{{ ', ' if not loop.last }}
{% else %}
nobody spoke
{% endfor %}
"""

CONTROLS = """{% set ns = namespace(found=false, seen=[]) %}
{% for m in messages %}
  {% if m.role == 'system' %}{% continue %}{% endif %}
  {% if m.content | length > 12 %}
    {% set ns.found = true %}
    {% break %}
  {% endif %}
  {% set ns.seen = ns.seen + [m.role] %}
{% endfor %}
{{ ns.seen }} {{ ns.found }}
{% set text %}
captured {{ messages | map(attribute='role') | unique | join('/') }}
{% endset %}
{{ text | trim | upper }}
{% for m in messages | selectattr('role', 'equalto', 'user') | list %}
{% generation %}{{ m.content | tojson }}{% endgeneration %}
{% endfor %}
{% raw %}{{ not a tag }} {% if %}{% endraw %}
{# a comment #}
  {%+ if true %}kept{% endif %}
{% filter upper %}loud {{ messages[0].role }}{% endfilter %}
{% with a = 1, b = 'x' %}{{ a }}{{ b }}{% endwith %}
"""

PARTS = """{% for message in messages %}<|{{ message.role }}|>
{% if message.content is string %}
{{ message.content }}
{%- else %}
{% for part in message.content %}
{% if part.type == 'text' %}{{ part.text }}{% elif part.type == 'image' %}<image>{% else %}{{ raise_exception('unknown part ' + part.type) }}{% endif %}
{% endfor %}
{% endif %}
<|end|>
{% endfor %}"""

PARTED = [
    {"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "What is\nthis?"}]},
    {"role": "assistant", "content": "A cat."},
]


def case(name, template, messages, **context):
    context = {"bos_token": "<s>", "eos_token": "</s>", "messages": messages, **context}
    return {"name": name, "template": template, "context": context}


CONVERSATIONS = [
    case("smollm2 hello", SMOLLM2, HELLO, add_generation_prompt=True),
    case("smollm2 turns", SMOLLM2, TURNS, add_generation_prompt=True),
    case("smollm2 turns without prompt", SMOLLM2, TURNS, add_generation_prompt=False),
    case("smollm2 no messages", SMOLLM2, [], add_generation_prompt=True),
    case("chatml", CHATML, TURNS, add_generation_prompt=True),
    case("chatml plain", CHATML_PLAIN, TURNS, add_generation_prompt=True),
    case("chatml plain, windows line ends", CHATML_PLAIN.replace("\n", "\r\n"), TURNS),
    case("llama 3", LLAMA3, TURNS, add_generation_prompt=True),
    case("llama 3 with a date", LLAMA3, HELLO, date_string="1 Jan 2025", add_generation_prompt=True),
    case("llama 3 tools", LLAMA3, TOOL_TURNS, tools=TOOLS, many_calls=True, add_generation_prompt=True),
    case("llama 3 refuses two calls", LLAMA3, TOOL_TURNS, tools=TOOLS),
    case("qwen 3", QWEN3, TURNS, add_generation_prompt=True),
    case("qwen 3 thinking", QWEN3, THINKING, add_generation_prompt=True),
    case("qwen 3 last thought", QWEN3, THINKING[:2]),
    case("qwen 3 without thinking", QWEN3, HELLO, add_generation_prompt=True, enable_thinking=False),
    case("qwen 3 tools", QWEN3, TOOL_TURNS, tools=TOOLS, add_generation_prompt=True),
    case("qwen 3 reasoning apart", QWEN3, HELLO + [{"role": "assistant", "content": "x", "reasoning_content": "why"}]),
    case("alternating", ALTERNATING, TURNS),
    case("alternating refuses", ALTERNATING, HELLO + HELLO),
    case("gemma", GEMMA, TURNS[1:], add_generation_prompt=True),
    case("gemma refuses system", GEMMA, TURNS),
    case("macros", MACROS, TURNS, tools=TOOLS),
    case("macros, nobody", MACROS, [], tools=[]),
    case("controls", CONTROLS, TURNS),
    case("parts", PARTS, PARTED),
    case("parts unknown", PARTS, [{"role": "user", "content": [{"type": "sound"}]}]),
    case("content missing", SMOLLM2, [{"role": "user"}]),
    case("content none", SMOLLM2, [{"role": "user", "content": None}]),
]
