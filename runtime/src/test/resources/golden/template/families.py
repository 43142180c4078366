"""More templates in the manner of the model families, all our own, chosen for the constructs that the families' use."""

import copy

from conversations import HELLO, PARTED, THINKING, TOOL_TURNS, TOOLS, TURNS, case

DOCUMENTS = [{"title": "Flüsse", "text": "The Rhine is long.\n"}, {"title": "B", "text": "x & <y>", "snippets": ["1", "2"]}]
CALLED = copy.deepcopy(TOOL_TURNS)
for number, call in enumerate(CALLED[1]["tool_calls"]):
    call["id"] = f"call{number:05d}"
CALLED[2] = {**CALLED[2], "tool_call_id": "call00000", "name": "get_weather"}
CALLED[3] = {**CALLED[3], "tool_call_id": "call00001", "name": "get_weather"}

ANSWERED = CALLED[:-1] + [{"role": "assistant", "content": "Blue, then rain."}, CALLED[-1]]

MISTRAL = """{%- if messages[0]["role"] == "system" %}
    {%- set system_message = messages[0]["content"] %}
    {%- set loop_messages = messages[1:] %}
{%- else %}
    {%- set loop_messages = messages %}
{%- endif %}
{%- if not tools is defined %}
    {%- set tools = none %}
{%- endif %}
{%- set user_messages = loop_messages | selectattr("role", "equalto", "user") | list %}
{%- set ns = namespace(index=0) %}
{%- for message in loop_messages %}
    {%- if not (message.role == "tool" or (message.tool_calls is defined and message.tool_calls is not none)) %}
        {%- if (message["role"] == "user") != (ns.index % 2 == 0) %}
            {{- raise_exception("roles must take turns: user, assistant, user") }}
        {%- endif %}
        {%- set ns.index = ns.index + 1 %}
    {%- endif %}
{%- endfor %}
{{- bos_token }}
{%- for message in loop_messages %}
    {%- if message["role"] == "user" %}
        {%- if tools is not none and (message == user_messages[-1]) %}
            {{- "[AVAILABLE_TOOLS][" }}
            {%- for tool in tools %}
                {%- set tool = tool.function %}
                {{- '{"type": "function", "function": {' }}
                {%- for key, val in tool.items() if key != "return" %}
                    {%- if val is string %}
                        {{- '"' + key + '": "' + val + '"' }}
                    {%- else %}
                        {{- '"' + key + '": ' + val|tojson }}
                    {%- endif %}
                    {%- if not loop.last %}{{- ", " }}{%- endif %}
                {%- endfor %}
                {{- "}}" }}
                {%- if not loop.last %}{{- ", " }}{%- else %}{{- "]" }}{%- endif %}
            {%- endfor %}
            {{- "[/AVAILABLE_TOOLS]" }}
        {%- endif %}
        {%- if loop.last and system_message is defined %}
            {{- "[INST]" + system_message + "\\n\\n" + message["content"] + "[/INST]" }}
        {%- else %}
            {{- "[INST]" + message["content"] + "[/INST]" }}
        {%- endif %}
    {%- elif message.tool_calls is defined and message.tool_calls is not none %}
        {{- "[TOOL_CALLS][" }}
        {%- for tool_call in message.tool_calls %}
            {%- set out = tool_call.function|tojson %}
            {{- out[:-1] }}
            {%- if not tool_call.id is defined or tool_call.id|length != 9 %}
                {{- raise_exception("Tool call IDs should be alphanumeric strings with length 9!") }}
            {%- endif %}
            {{- ', "id": "' + tool_call.id + '"}' }}
            {%- if not loop.last %}{{- ", " }}{%- else %}{{- "]" + eos_token }}{%- endif %}
        {%- endfor %}
    {%- elif message["role"] == "assistant" %}
        {{- " " + message["content"]|trim + eos_token }}
    {%- elif message["role"] == "tool_results" or message["role"] == "tool" %}
        {%- if message.content is defined and message.content.content is defined %}
            {%- set content = message.content.content %}
        {%- else %}
            {%- set content = message.content %}
        {%- endif %}
        {{- '[TOOL_RESULTS]{"content": ' + content|string + ", " }}
        {{- '"call_id": "' + message.tool_call_id + '"}[/TOOL_RESULTS]' }}
    {%- else %}
        {{- raise_exception("unknown role " ~ message.role) }}
    {%- endif %}
{%- endfor %}
"""

DEEPSEEK = """{% if not add_generation_prompt is defined %}{% set add_generation_prompt = false %}{% endif %}
{%- set ns = namespace(is_first=true, is_tool=false, system_prompt='') %}
{%- for message in messages %}{%- if message['role'] == 'system' %}
{%- set ns.system_prompt = ns.system_prompt + ('\\n\\n' if ns.system_prompt else '') + message['content'] %}
{%- endif %}{%- endfor %}
{{- bos_token }}{{ ns.system_prompt }}
{%- for message in messages %}
{%- if message['role'] == 'user' %}{%- set ns.is_tool = false -%}{{ '<｜User｜>' + message['content'] }}{%- endif %}
{%- if message['role'] == 'assistant' and message['tool_calls'] %}
{%- set ns.is_tool = false -%}{{- '<｜Assistant｜><｜tool▁calls▁begin｜>' }}
{%- for tool in message['tool_calls'] %}
{{- '<｜tool▁call▁begin｜>' + tool['type'] + '<｜tool▁sep｜>' + tool['function']['name'] + '\\n```json\\n' }}
{{- tool['function']['arguments'] | tojson(indent=2) }}{{- '\\n```<｜tool▁call▁end｜>' }}{{ '\\n' if not loop.last }}
{%- endfor %}{{ '<｜tool▁calls▁end｜><｜end▁of▁sentence｜>' }}
{%- elif message['role'] == 'assistant' and message['content'] is not none %}
{%- set content = message['content'] %}
{%- if '</think>' in content %}{% set content = content.split('</think>')[-1] %}{% endif %}
{{- '<｜Assistant｜>' + content + '<｜end▁of▁sentence｜>' }}
{%- endif %}
{%- if message['role'] == 'tool' %}
{{- ('<｜tool▁outputs▁begin｜>' if not ns.is_tool) ~ '<｜tool▁output▁begin｜>' ~ message['content'] ~ '<｜tool▁output▁end｜>' }}
{%- set ns.is_tool = true -%}
{%- endif %}
{%- endfor -%}
{% if ns.is_tool %}{{ '<｜tool▁outputs▁end｜>' }}{% endif %}
{%- if add_generation_prompt and not ns.is_tool %}{{ '<｜Assistant｜><think>\\n' }}{% endif %}"""

COMMAND = """{{ bos_token }}
{%- macro document_turn(documents) -%}
{%- for document in documents -%}
Document: {{ loop.index0 }}
{% for key, value in document | dictsort %}
{{ key }}: {{ value if value is string else value | join('; ') }}
{% endfor %}
{% endfor -%}
{%- endmacro -%}
{%- set role_indicators = {'user': '<|USER|>', 'assistant': '<|CHATBOT|>', 'system': '<|SYSTEM|>'} -%}
{%- for message in messages -%}
<|START|>{{ role_indicators[message.role | lower] }}{{ message['content'] | trim }}<|END|>
{%- if loop.last and documents -%}
<|START|><|SYSTEM|><results>
{{ document_turn(documents) -}}
</results><|END|>
{%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}<|START|><|CHATBOT|>{%- endif -%}"""

PHI = """{% for message in messages %}{% if message['role'] == 'system' and 'tools' in message and message['tools'] is not none %}
{{ '<|' + message['role'] + '|>' + message['content'] + '<|tool|>' + message['tools'] + '<|/tool|>' + '<|end|>' }}
{% else %}{{ '<|' + message['role'] + '|>' + message['content'] + '<|end|>' }}{% endif %}{% endfor %}
{% if add_generation_prompt %}{{ '<|assistant|>' }}{% else %}{{ eos_token }}{% endif %}"""

HERMES = """{%- macro json_to_python_type(json_spec) %}
{%- set basic = {"string": "str", "number": "float", "integer": "int", "boolean": "bool"} %}
{%- if basic[json_spec.type] is defined %}{{- basic[json_spec.type] }}
{%- elif json_spec.type == "array" %}{{- "list[" + json_to_python_type(json_spec["items"]) + "]" }}
{%- elif json_spec.type == "object" %}
{%- if json_spec.additionalProperties is defined %}{{- "dict[str, " + json_to_python_type(json_spec.additionalProperties) + ']' }}
{%- else %}{{- "dict" }}{%- endif %}
{%- elif json_spec.type is iterable and json_spec.type is not string %}
{{- "Union[" }}{%- for t in json_spec.type %}{{- json_to_python_type({"type": t}) }}{%- if not loop.last %}{{- "," }}{%- endif %}{%- endfor %}{{- "]" }}
{%- else %}{{- "Any" }}{%- endif %}
{%- endmacro %}
{{- bos_token }}{{- "<|im_start|>system\\nTools: <tools> " }}
{%- for tool in tools %}
{%- if tool.function is defined %}{%- set tool = tool.function %}{%- endif %}
{{- '{"name": ' ~ tool.name | tojson ~ ', "description": "' }}{{- tool.name + '(' }}
{%- for param_name, param_fields in tool.parameters.properties | items %}
{{- param_name + ": " + json_to_python_type(param_fields) }}{%- if not loop.last %}{{- ", " }}{%- endif %}
{%- endfor %}{{- ")" }}{%- if tool.return is defined %}{{- " -> " + json_to_python_type(tool.return) }}{%- endif %}
{{- " - " + tool.description | replace('"', "'") + '"}' }}{{ "\\n" if not loop.last else " </tools><|im_end|>\\n" }}
{%- endfor %}
{%- for message in messages %}
{%- if message.role == "user" or (message.role == "assistant" and message.tool_calls is not defined) %}
{{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
{%- elif message.role == "assistant" %}
{{- '<|im_start|>' + message.role }}
{%- for tool_call in message.tool_calls %}
{{- '\\n<tool_call>\\n{"name": "' }}{{- tool_call.function.name }}{{- '", "arguments": ' }}{{- tool_call.function.arguments|tojson }}{{- '}\\n</tool_call>' }}
{%- endfor %}{{- '<|im_end|>\\n' }}
{%- elif message.role == "tool" %}
{%- if loop.previtem and loop.previtem.role != "tool" %}{{- '<|im_start|>tool\\n' }}{%- endif %}
{{- '<tool_response>\\n' }}{{- message.content }}{%- if not loop.last %}{{- '\\n</tool_response>\\n' }}{%- else %}{{- '\\n</tool_response>' }}{%- endif %}
{%- if not loop.last and loop.nextitem.role != "tool" %}{{- '<|im_end|>' }}{%- elif loop.last %}{{- '<|im_end|>' }}{%- endif %}
{%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|im_start|>assistant\\n' }}{%- endif %}
"""

GEMMA3 = """{{ bos_token }}
{%- if messages[0]['role'] == 'system' -%}
    {%- if messages[0]['content'] is string -%}{%- set first_user_prefix = messages[0]['content'] + '\\n\\n' -%}
    {%- else -%}{%- set first_user_prefix = messages[0]['content'][0]['text'] + '\\n\\n' -%}{%- endif -%}
    {%- set loop_messages = messages[1:] -%}
{%- else -%}
    {%- set first_user_prefix = "" -%}{%- set loop_messages = messages -%}
{%- endif -%}
{%- for message in loop_messages -%}
    {%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) -%}
        {{ raise_exception("Roles must alternate user/assistant") }}
    {%- endif -%}
    {%- set role = "model" if message['role'] == 'assistant' else message['role'] -%}
    {{ '<start_of_turn>' + role + '\\n' + (first_user_prefix if loop.first else "") }}
    {%- if message['content'] is string -%}
        {{ message['content'] | trim }}
    {%- elif message['content'] is iterable -%}
        {%- for item in message['content'] -%}
            {%- if item['type'] == 'image' -%}{{ '<start_of_image>' }}
            {%- elif item['type'] == 'text' -%}{{ item['text'] | trim }}{%- endif -%}
        {%- endfor -%}
    {%- else -%}
        {{ raise_exception("Invalid content type") }}
    {%- endif -%}
    {{ '<end_of_turn>\\n' }}
{%- endfor -%}
{%- if add_generation_prompt -%}{{ '<start_of_turn>model\\n' }}{%- endif -%}
"""

GRANITE = """{%- if messages[0]['role'] == 'system' %}{%- set system_message = messages[0]['content'] %}{%- set loop_messages = messages[1:] %}
{%- else %}{%- set system_message = "Knowledge Cutoff Date: April 2024.\\nToday's Date: " + strftime_now('%B %d, %Y') + ".\\nYou are a helper." %}
{%- if tools and documents %}{%- set system_message = system_message + " Tools and documents." %}
{%- elif tools %}{%- set system_message = system_message + " Tools." %}
{%- elif documents %}{%- set system_message = system_message + " Documents." %}
{%- elif thinking %}{%- set system_message = system_message + " Thoughts." %}{%- endif %}
{%- set loop_messages = messages %}{%- endif %}
{{- '<|start_of_role|>system<|end_of_role|>' + system_message + '<|end_of_text|>\\n' }}
{%- if tools %}{{- '<|start_of_role|>tools<|end_of_role|>' }}{{- tools | tojson(indent=4) }}{{- '<|end_of_text|>\\n' }}{%- endif %}
{%- if documents %}{{- '<|start_of_role|>documents<|end_of_role|>' }}
{%- for document in documents %}{{- 'Document ' + loop.index | string + '\\n' }}{{- document['text'] }}{%- if not loop.last %}{{- '\\n\\n'}}{%- endif%}{%- endfor %}
{{- '<|end_of_text|>\\n' }}{%- endif %}
{%- for message in loop_messages %}
{{- '<|start_of_role|>' + message['role'] + '<|end_of_role|>' + (message['content'] or '') + '<|end_of_text|>\\n' }}
{%- if loop.last and add_generation_prompt %}{{- '<|start_of_role|>assistant' }}
{%- if controls %}{{- ' ' + controls | tojson() }}{%- endif %}{{- '<|end_of_role|>' }}{%- endif %}
{%- endfor %}"""

LLAMA2 = """{% if messages[0]['role'] == 'system' %}{% set loop_messages = messages[1:] %}{% set system_message = messages[0]['content'] %}{% else %}{% set loop_messages = messages %}{% set system_message = false %}{% endif %}{% for message in loop_messages %}{% if loop.index0 == 0 and system_message != false %}{% set content = '<<SYS>>\\n' + system_message + '\\n<</SYS>>\\n\\n' + message['content'] %}{% else %}{% set content = message['content'] %}{% endif %}{% if message['role'] == 'user' %}{{ bos_token + '[INST] ' + content.strip() + ' [/INST]' }}{% elif message['role'] == 'assistant' %}{{ ' '  + content.strip() + ' ' + eos_token }}{% endif %}{% endfor %}"""

HARMONY = """{%- macro render_typescript_type(spec, required_params=[], is_nullable=false) -%}
{%- if spec.type == "array" -%}{{- render_typescript_type(spec["items"], required_params) + "[]" }}
{%- elif spec.enum -%}{{- '"' + spec.enum | join('" | "') + '"' -}}
{%- elif spec.type in ["number", "integer"] -%}{{- "number" -}}
{%- elif spec.type == "object" and spec.properties -%}{{- "{\\n" -}}
{%- for name, prop in spec.properties.items() -%}{{- name }}{%- if name not in (spec.required or []) -%}{{- "?" }}{%- endif -%}
{{- ": " }}{{- render_typescript_type(prop, spec.required or []) }}
{%- if not loop.last -%}{{- ", " }}{%- endif -%}{%- endfor -%}{{- "}" -}}
{%- elif spec.type -%}{{- spec.type }}{%- else -%}{{- "any" -}}{%- endif -%}
{%- if is_nullable or spec.nullable -%}{{- " | null" }}{%- endif -%}
{%- endmacro -%}
{%- macro render_tools(namespace_name, tools) -%}
{{- "## " + namespace_name + "\\n\\n" }}{{- "namespace " + namespace_name + " {\\n\\n" }}
{%- for tool in tools %}{%- set tool = tool.function %}{{- "// " + tool.description + "\\n" }}
{{- "type " + tool.name + " = (_: " + render_typescript_type(tool.parameters) + ") => any;\\n\\n" }}{%- endfor %}
{{- "} // namespace " + namespace_name }}
{%- endmacro -%}
{%- if reasoning_effort is not defined %}{%- set reasoning_effort = "medium" %}{%- endif %}
{{- "<|start|>system<|message|>Date: " + strftime_now("%Y-%m-%d") + "\\nReasoning: " + reasoning_effort + "<|end|>" }}
{%- if tools %}{{- "<|start|>developer<|message|># Tools\\n\\n" + render_tools("functions", tools) + "<|end|>" }}{%- endif %}
{%- set last_tool_call = namespace(name=none) %}
{%- for message in messages -%}
{%- if message.role == 'assistant' -%}
{%- if "tool_calls" in message -%}{%- set tool_call = (message.tool_calls | first).function %}
{{- "<|start|>assistant to=functions." ~ tool_call.name ~ "<|channel|>commentary json<|message|>" }}{{- tool_call.arguments|tojson(separators=(',', ':')) }}{{- "<|call|>" }}
{%- set last_tool_call.name = tool_call.name %}
{%- elif loop.last and not add_generation_prompt %}{{- "<|start|>assistant<|channel|>final<|message|>" + message.content + "<|return|>" }}
{%- else %}{{- "<|start|>assistant<|channel|>final<|message|>" + message.content + "<|end|>" }}{%- set last_tool_call.name = none %}{%- endif %}
{%- elif message.role == 'tool' -%}
{%- if last_tool_call.name is none %}{{- raise_exception("a result without a call") }}{%- endif %}
{{- "<|start|>functions." + last_tool_call.name + " to=assistant<|message|>" + message.content|tojson + "<|end|>" }}
{%- elif message.role == 'user' -%}{{- "<|start|>user<|message|>" + message.content + "<|end|>" }}
{%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}<|start|>assistant{%- endif -%}"""

GLM = """[gMASK]<sop>
{%- if tools -%}
<|system|>
# Tools
{% for tool in tools %}
{{ tool | tojson(ensure_ascii=False) }}
{% endfor %}
{%- endif -%}
{%- macro visible_text(content) -%}
    {%- if content is string -%}{{- content }}
    {%- elif content is iterable and content is not mapping -%}
        {%- for item in content -%}{%- if item is mapping and item.type == 'text' -%}{{- item.text }}{%- elif item is string -%}{{- item }}{%- endif -%}{%- endfor -%}
    {%- else -%}{{- content }}{%- endif -%}
{%- endmacro -%}
{%- set ns = namespace(last_user_index=-1) %}
{%- for m in messages %}{%- if m.role == 'user' %}{% set ns.last_user_index = loop.index0 -%}{%- endif %}{%- endfor %}
{% for m in messages %}
{%- if m.role == 'user' -%}<|user|>
{{ visible_text(m.content) }}
{{- '/nothink' if (enable_thinking is defined and not enable_thinking and not visible_text(m.content).endswith("/nothink")) else '' -}}
{%- elif m.role == 'assistant' -%}<|assistant|>
{%- set reasoning_content = '' %}{%- set content = visible_text(m.content) %}
{%- if '</think>' in content %}
{%- set reasoning_content = content.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}
{%- set content = content.split('</think>')[-1].lstrip('\\n') %}{%- endif %}
{%- if loop.index0 > ns.last_user_index and reasoning_content -%}{{ '\\n<think>' + reasoning_content.strip() +  '</think>'}}
{%- else -%}{{ '\\n<think></think>' }}{%- endif -%}
{%- if content.strip() -%}{{ '\\n' + content.strip() }}{%- endif -%}
{% if m.tool_calls %}{% for tc in m.tool_calls %}{%- if tc.function %}{%- set tc = tc.function %}{%- endif %}
{{ '\\n<tool_call>' + tc.name }}
{% set _args = tc.arguments %}{% for k, v in _args.items() %}<arg_key>{{ k }}</arg_key>
<arg_value>{{ v | tojson(ensure_ascii=False) if v is not string else v }}</arg_value>
{% endfor %}</tool_call>{% endfor %}{% endif %}
{%- elif m.role == 'tool' -%}
{%- if loop.first or (messages[loop.index0 - 1].role != "tool") %}{{- '<|observation|>' }}{%- endif %}
{{- '\\n<tool_response>\\n' }}{{- m.content }}{{- '\\n</tool_response>' }}
{%- elif m.role == 'system' -%}<|system|>
{{ visible_text(m.content) }}
{%- endif -%}
{%- endfor -%}
{%- if add_generation_prompt -%}<|assistant|>{{- '\\n<think></think>' if (enable_thinking is defined and not enable_thinking) else '' -}}{%- endif -%}"""

SIMPLE = {
    "zephyr": "{% for message in messages %}\n{% if message['role'] == 'user' %}\n{{ '<|user|>\n' + message['content'] + eos_token }}"
              "\n{% elif message['role'] == 'system' %}\n{{ '<|system|>\n' + message['content'] + eos_token }}\n{% elif"
              " message['role'] == 'assistant' %}\n{{ '<|assistant|>\n'  + message['content'] + eos_token }}\n{% endif %}\n"
              "{% if loop.last and add_generation_prompt %}\n{{ '<|assistant|>' }}\n{% endif %}\n{% endfor %}",
    "vicuna": "{% if messages[0].role == 'system' %}{{ messages[0].content }}{% set rest = messages[1:] %}{% else %}A chat. "
              "{% set rest = messages %}{% endif %}{% for m in rest %}{% if m.role == 'user' %}USER: {{ m.content.strip() }} "
              "{% else %}ASSISTANT: {{ m.content }}{{ eos_token }}{% endif %}{% endfor %}{{ 'ASSISTANT:' if add_generation_prompt }}",
    "last first": "{% for m in messages[::-1] %}{{ loop.revindex }}{{ m.role[:2] }}{{ m.content[-3:] | reverse }}|{% endfor %}",
    "batches": "{% for row in messages | batch(2, '-') %}{{ row | map(attribute='role', default='none') | join(',') }};{% endfor %}"
               "{% for x in messages | rejectattr('role', 'in', ['system', 'tool']) %}{{ loop.cycle('a', 'b') }}{{ loop.changed(x.role) }}"
               "{% endfor %}{{ messages | map(attribute='content') | select('string') | map('length') | sum }}",
}

FAMILIES = [
    case("mistral", MISTRAL, TURNS), case("mistral tools", MISTRAL, ANSWERED, tools=TOOLS),
    case("mistral ids too short", MISTRAL, TOOL_TURNS[:2], tools=TOOLS), case("mistral turns", MISTRAL, HELLO + HELLO),
    case("deepseek", DEEPSEEK, TURNS, add_generation_prompt=True), case("deepseek thoughts", DEEPSEEK, THINKING),
    case("deepseek tools", DEEPSEEK, CALLED, add_generation_prompt=True),
    case("deepseek waits for tools", DEEPSEEK, CALLED[:-1], add_generation_prompt=True), case("deepseek empty", DEEPSEEK, []),
    case("command", COMMAND, TURNS, add_generation_prompt=True), case("command documents", COMMAND, TURNS, documents=DOCUMENTS),
    case("phi", PHI, TURNS, add_generation_prompt=True), case("phi ended", PHI, HELLO),
    case("phi tools", PHI, [{"role": "system", "content": "s", "tools": "[{}]"}] + HELLO),
    case("hermes", HERMES, CALLED, tools=TOOLS, add_generation_prompt=True), case("hermes plain", HERMES, HELLO, tools=TOOLS * 2),
    case("hermes types", HERMES, HELLO, tools=[{"name": "f", "description": 'a "b"', "parameters": {"properties": {
        "a": {"type": "array", "items": {"type": "number"}}, "o": {"type": "object", "additionalProperties": {"type": "boolean"}},
        "u": {"type": ["string", "integer"]}, "x": {"type": "y"}}}, "return": {"type": "object"}}]),
    case("gemma 3", GEMMA3, TURNS, add_generation_prompt=True), case("gemma 3 parts", GEMMA3, PARTED),
    case("gemma 3 content", GEMMA3, [{"role": "user", "content": 7}]), case("gemma 3 turns", GEMMA3, HELLO + HELLO),
    case("granite", GRANITE, HELLO, add_generation_prompt=True), case("granite tools", GRANITE, CALLED, tools=TOOLS),
    case("granite both", GRANITE, HELLO, tools=TOOLS, documents=DOCUMENTS, controls={"length": "long"}, add_generation_prompt=True),
    case("granite system", GRANITE, TURNS, documents=DOCUMENTS, thinking=True),
    case("llama 2", LLAMA2, TURNS), case("llama 2 hello", LLAMA2, HELLO), case("llama 2 empty", LLAMA2, []),
    case("harmony", HARMONY, HELLO, add_generation_prompt=True), case("harmony tools", HARMONY, CALLED, tools=TOOLS),
    case("harmony effort", HARMONY, THINKING[:2], reasoning_effort="high"), case("harmony lost result", HARMONY, CALLED[2:3]),
    case("glm", GLM, TURNS, add_generation_prompt=True), case("glm tools", GLM, CALLED, tools=TOOLS, add_generation_prompt=True),
    case("glm thoughts", GLM, THINKING[:2]), case("glm nothink", GLM, THINKING, enable_thinking=False, add_generation_prompt=True),
    case("glm parts", GLM, PARTED),
] + [case(name, template, turns, add_generation_prompt=True)
     for name, template in SIMPLE.items() for turns in (TURNS, HELLO, [])]
