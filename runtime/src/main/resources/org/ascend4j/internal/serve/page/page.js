'use strict';

const byId = (id) => document.getElementById(id);

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

function shown(value, digits = 3) {
  if (!Number.isFinite(value)) return '–';
  if (value >= 100 || Number.isInteger(value)) return Math.round(value).toLocaleString('en');
  return value.toLocaleString('en', { maximumSignificantDigits: digits });
}

/* ---------- looks ---------- */

const dark = matchMedia('(prefers-color-scheme: dark)');

function applyTheme() {
  const chosen = localStorage.getItem('theme');
  const theme = chosen || (dark.matches ? 'dark' : 'light');
  document.documentElement.dataset.theme = theme;
  const other = theme === 'dark' ? 'Light' : 'Dark';
  byId('theme').textContent = other;
  byId('theme').setAttribute('aria-label', other + ' colours');
}

byId('theme').addEventListener('click', () => {
  localStorage.setItem('theme', document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark');
  applyTheme();
});
dark.addEventListener('change', applyTheme);
applyTheme();

/* ---------- the server ---------- */

const key = byId('key');
key.value = sessionStorage.getItem('key') || '';
key.addEventListener('change', () => {
  sessionStorage.setItem('key', key.value);
  begin();
});

function headers(more) {
  const all = { ...more };
  if (key.value) all.Authorization = 'Bearer ' + key.value;
  return all;
}

class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function refusal(response) {
  let message = 'the server answered ' + response.status;
  try {
    message = (await response.json()).error.message;
  } catch (noJson) { /* the status says enough */ }
  return new Refusal(response.status, message);
}

async function read(path) {
  const response = await fetch(path, { headers: headers({}), cache: 'no-store' });
  if (!response.ok) throw await refusal(response);
  return response.json();
}

let model = null;

async function begin() {
  try {
    const [models, report] = await Promise.all([read('v1/models'), read('compatibility')]);
    model = models.data[0].id;
    byId('model').textContent = model;
    document.title = model + ' – Ascend4J';
    showReport(report);
  } catch (failed) {
    if (failed.status === 401) {
      byId('settings').open = true;
      byId('model').textContent = 'API key needed';
      key.focus();
    } else {
      byId('model').textContent = 'No model';
    }
  }
}

/* ---------- chat ---------- */

const talk = byId('talk');
const question = byId('question');
const history = [];
let running = null;

function follow(change) {
  const near = talk.scrollHeight - talk.scrollTop - talk.clientHeight < 60;
  change();
  if (near) talk.scrollTop = talk.scrollHeight;
}

/** Text with fenced code set apart; nothing else is read as markup. */
function set(element, text) {
  element.replaceChildren();
  text.split(/^```[^\n]*\n?/m).forEach((part, index) => {
    if (index % 2 === 0) {
      element.append(document.createTextNode(part));
    } else {
      const code = make('pre', '', part.replace(/\n$/, ''));
      code.tabIndex = 0;
      element.append(code);
    }
  });
}

function addTurn(role, name) {
  byId('empty')?.remove();
  const turn = make('article', 'turn ' + role);
  turn.append(make('h2', '', name));
  follow(() => talk.append(turn));
  return turn;
}

function answerTurn() {
  const turn = addTurn('assistant', model || 'Model');
  const thought = make('details', 'thought');
  const thoughtText = make('div');
  thought.append(make('summary', '', 'Thinking'), thoughtText);
  thought.hidden = true;
  const said = make('div', 'said');
  turn.append(thought, said);
  turn.classList.add('running');
  return { turn, thought, thoughtText, said, text: '', reasoning: '', start: performance.now(), first: 0 };
}

function take(answer, delta) {
  if (!answer.first) answer.first = performance.now();
  if (delta.reasoning_content) {
    answer.reasoning += delta.reasoning_content;
    answer.thought.hidden = false;
    answer.thoughtText.textContent = answer.reasoning;
  }
  if (delta.content) {
    answer.text += delta.content;
    set(answer.said, answer.text);
  }
}

async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (rest + value).split('\n\n');
    rest = parts.pop();
    for (const part of parts) {
      if (part === 'data: [DONE]') return;
      if (part.startsWith('data: ')) yield JSON.parse(part.slice(6));
    }
  }
}

function request() {
  const system = byId('system').value.trim();
  const body = {
    messages: system ? [{ role: 'system', content: system }, ...history] : [...history],
    stream: true,
    stream_options: { include_usage: true },
  };
  if (byId('temperature').value !== '') body.temperature = Number(byId('temperature').value);
  if (byId('most').value !== '') body.max_completion_tokens = Number(byId('most').value);
  return body;
}

const ENDS = { stop: '', length: 'cut at the most tokens', tool_calls: 'asks for a tool' };

async function stream(answer, signal) {
  const response = await fetch('v1/chat/completions', {
    method: 'POST',
    headers: headers({ 'Content-Type': 'application/json' }),
    body: JSON.stringify(request()),
    signal,
  });
  if (!response.ok) throw await refusal(response);
  let end = '';
  let usage = null;
  for await (const event of events(response)) {
    if (event.error) throw new Error(event.error.message);
    const choice = event.choices[0];
    if (choice) {
      follow(() => take(answer, choice.delta));
      end = choice.finish_reason || end;
    }
    usage = event.usage || usage;
  }
  return { end, usage };
}

function note(answer, end, usage) {
  const parts = [];
  if (usage) {
    const seconds = (performance.now() - answer.first) / 1000;
    const tokens = usage.completion_tokens;
    parts.push(tokens + (tokens === 1 ? ' token' : ' tokens'));
    if (tokens > 1 && seconds > 0) parts.push(shown((tokens - 1) / seconds) + ' tokens/s');
    parts.push('first after ' + shown(answer.first - answer.start) + ' ms');
  }
  if (ENDS[end] ?? end) parts.push(ENDS[end] ?? end);
  follow(() => answer.turn.append(make('p', 'meta', parts.join(' · '))));
}

async function ask(text) {
  const asked = addTurn('user', 'You');
  asked.append(make('div', 'said', text));
  history.push({ role: 'user', content: text });
  running = new AbortController();
  setRunning(true);
  const answer = answerTurn();
  try {
    const { end, usage } = await stream(answer, running.signal);
    note(answer, end, usage);
    byId('news').textContent = 'Answer: ' + answer.text;
  } catch (failed) {
    if (failed.name === 'AbortError') {
      note(answer, 'stopped', null);
      byId('news').textContent = 'Stopped.';
    } else {
      const box = make('p', 'failure', failed.message);
      box.setAttribute('role', 'alert');
      follow(() => answer.turn.append(box));
    }
  } finally {
    answer.turn.classList.remove('running');
    // A turn without an answer would only confuse the next one.
    if (answer.text) history.push({ role: 'assistant', content: answer.text });
    else history.pop();
    running = null;
    setRunning(false);
  }
}

function setRunning(on) {
  byId('stop').hidden = !on;
  byId('send').hidden = on;
  talk.setAttribute('aria-busy', String(on));
  if (on) byId('stop').focus();
  else question.focus();
}

byId('ask').addEventListener('submit', (event) => {
  event.preventDefault();
  const text = question.value.trim();
  if (text && !running) {
    question.value = '';
    ask(text);
  }
});
question.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    byId('ask').requestSubmit();
  }
});
byId('stop').addEventListener('click', () => running?.abort());
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') running?.abort();
});
byId('forget').addEventListener('click', () => {
  running?.abort();
  history.length = 0;
  talk.querySelectorAll('.turn').forEach((turn) => turn.remove());
  question.focus();
});

/* ---------- tabs ---------- */

const tabs = [...document.querySelectorAll('[role="tab"]')];

function select(tab, focus) {
  for (const each of tabs) {
    const on = each === tab;
    each.setAttribute('aria-selected', String(on));
    each.tabIndex = on ? 0 : -1;
    byId(each.getAttribute('aria-controls')).hidden = !on;
  }
  if (focus) tab.focus();
}

tabs.forEach((tab, index) => {
  tab.addEventListener('click', () => select(tab, false));
  tab.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) select(tabs[(index + step + tabs.length) % tabs.length], true);
  });
});

/* ---------- compatibility report ---------- */

const WEIGHTS = { fit: 'good', warn: 'warn', degrade: 'warn', refuse: 'bad', info: '' };
const SAYS = { fit: 'Compatible', warn: 'Not proven', refuse: 'Incompatible' };

function pairs(className, rows) {
  const list = make('dl', className);
  for (const [name, value] of rows) {
    if (value) list.append(make('dt', '', name), make('dd', '', value));
  }
  return list;
}

function showReport(report) {
  const weight = WEIGHTS[report.outcome] ?? 'warn';
  const verdict = byId('verdict');
  verdict.textContent = SAYS[report.outcome] ?? report.outcome;
  verdict.className = 'mark ' + weight;
  verdict.hidden = false;
  byId('device').textContent = report.device.name;
  const box = make('div', 'verdict ' + weight);
  const summary = report.summary.replace(/^[^:]*: */, '');
  box.append(
    make('strong', '', SAYS[report.outcome] ?? report.outcome),
    make('span', '', summary.charAt(0).toUpperCase() + summary.slice(1) + '.'),
  );
  const facts = pairs('report-facts', [
    ['Device', report.device.name],
    ['Chip', report.device.soc],
    ['Library', report.device.library],
    ['CANN', report.device.cann],
    ['Plugin release', report.plugin],
    ['Guard mode', report.mode],
    ['Releases that fit', report.matching_releases.join(', ')],
    ['Overrides', report.overrides.join(', ')],
  ]);
  byId('report').replaceChildren(box, facts, ...report.findings.map(finding));
}

function finding(each) {
  const box = make('section', 'finding');
  const head = make('h3');
  head.append(make('span', '', each.subject), make('span', 'mark ' + (WEIGHTS[each.severity] ?? ''), each.severity));
  const rows = pairs('', [
    ['Found', each.found],
    ['Expected', each.expected],
    ['Why', each.cause],
    ['Do', each.action],
    ['Read in', each.source],
  ]);
  box.append(head, rows);
  return box;
}

byId('verdict').addEventListener('click', () => select(byId('tab-report'), true));

/* ---------- charts ---------- */

const charts = {
  throughput: new Chart('Throughput', 'tokens/s', ['generated', 'prompt']),
  queue: new Chart('Requests', '', ['running', 'waiting']),
  cache: new Chart('KV cache', '%', ['blocks in use'], 100),
  gap: new Chart('Time between tokens', 'ms', ['median', 'p99']),
  first: new Chart('Time to first token', 'ms', ['median', 'p99']),
};
byId('live').append(make('p', 'window', 'The last two minutes, one point a second.'));

/** A quantile of what came between two histograms, in milliseconds; NaN if nothing did. */
function quantile(now, before, part) {
  const counts = now.counts.map((count, index) => count - before.counts[index]);
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total <= 0) return NaN;
  let below = 0;
  for (let i = 0; i < counts.length; i++) {
    if (counts[i] > 0 && below + counts[i] >= part * total) {
      const from = i === 0 ? 0 : now.bounds[i - 1];
      const to = now.bounds[i] ?? from;
      return (from + ((to - from) * (part * total - below)) / counts[i]) * 1000;
    }
    below += counts[i];
  }
  return NaN;
}

const STATES = { READY: 'good', FAILED: 'bad', STOPPED: 'bad', UNREACHABLE: 'bad' };
let last = null;

function showState(name) {
  const state = byId('state');
  const text = name.toLowerCase();
  if (state.textContent !== text) state.textContent = text;
  state.className = 'mark ' + (STATES[name] ?? 'warn');
}

function chart(stats) {
  showState(stats.state);
  if (last && stats.uptime_ms > last.uptime_ms) {
    const seconds = (stats.uptime_ms - last.uptime_ms) / 1000;
    charts.throughput.add([
      (stats.tokens.generated - last.tokens.generated) / seconds,
      (stats.tokens.prompt - last.tokens.prompt) / seconds,
    ]);
    for (const [name, field] of [['gap', 'inter_token'], ['first', 'first_token']]) {
      const now = stats.latencies[field];
      const before = last.latencies[field];
      charts[name].add([quantile(now, before, 0.5), quantile(now, before, 0.99)]);
    }
  }
  charts.queue.add([stats.requests.running, stats.requests.waiting]);
  charts.cache.add([stats.cache.usage * 100]);
  last = stats;
}

async function watch() {
  try {
    chart(await read('stats'));
  } catch (failed) {
    showState('UNREACHABLE');
    last = null;
  }
  setTimeout(watch, PERIOD);
}

begin();
watch();
