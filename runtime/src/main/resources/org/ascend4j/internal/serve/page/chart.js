'use strict';

// One figure over the last two minutes, drawn as a line.

const SAMPLES = 120;
const PERIOD = 1000;
const WIDTH = 350;
const HEIGHT = 52;
const SVG = 'http://www.w3.org/2000/svg';

function drawing(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/** A round number that is not below a value. */
function ceiling(value) {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value);
}

class Chart {
  constructor(title, unit, names, most) {
    this.unit = unit;
    this.names = names;
    this.most = most;
    this.series = names.map(() => []);
    this.element = make('section', 'chart');
    const head = make('header');
    const list = make('dl');
    head.append(make('h2', '', title), list);
    this.values = names.map((name) => {
      const pair = make('div');
      const value = make('dd', '', '–');
      pair.append(make('dt', '', name), value);
      list.append(pair);
      return value;
    });
    this.svg = drawing('svg', { role: 'img', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none' });
    this.title = title;
    this.top = make('span');
    const plot = make('div', 'plot');
    plot.append(this.top, this.svg);
    this.element.append(head, plot);
    byId('live').append(this.element);
    this.draw();
  }

  add(values) {
    values.forEach((value, index) => {
      this.series[index].push(value);
      if (this.series[index].length > SAMPLES) this.series[index].shift();
      this.values[index].replaceChildren(shown(value), ' ', make('small', '', Number.isFinite(value) ? this.unit : ''));
    });
    this.draw();
  }

  path(values, top) {
    const left = SAMPLES - values.length;
    let path = '';
    let pen = 'M';
    values.forEach((value, index) => {
      if (!Number.isFinite(value)) {
        pen = 'M';
        return;
      }
      const x = ((left + index) / (SAMPLES - 1)) * WIDTH;
      const y = HEIGHT - 1 - (value / top) * (HEIGHT - 2);
      path += pen + x.toFixed(1) + ' ' + y.toFixed(1);
      // A point without neighbours would have no line to be seen by.
      if (pen === 'M') path += 'h.01';
      pen = 'L';
    });
    return path;
  }

  draw() {
    const top = this.most ?? ceiling(Math.max(0, ...this.series.flat().filter(Number.isFinite)));
    this.top.textContent = shown(top) + ' ' + this.unit;
    const parts = [drawing('path', { class: 'grid', d: `M0 ${HEIGHT - 1}H${WIDTH}M0 1H${WIDTH}` })];
    const whole = this.series[0].length > 1 && this.series[0].every(Number.isFinite);
    if (whole) {
      const start = ((SAMPLES - this.series[0].length) / (SAMPLES - 1)) * WIDTH;
      const area = this.path(this.series[0], top) + `L${WIDTH} ${HEIGHT - 1}L${start.toFixed(1)} ${HEIGHT - 1}Z`;
      parts.push(drawing('path', { class: 'area', d: area }));
    }
    this.series.forEach((values, index) => {
      parts.push(drawing('path', { class: 'line' + index, d: this.path(values, top) }));
    });
    this.svg.replaceChildren(...parts);
    const now = this.names.map((name, index) => name + ' ' + shown(this.series[index].at(-1) ?? NaN) + ' ' + this.unit);
    this.svg.setAttribute('aria-label', this.title + ': ' + now.join(', '));
  }
}
