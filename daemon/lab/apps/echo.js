// A device that repeats every password it is given wherever it can, and notes it
// on standard output. Usage: echo.js basic|form|json|ftp|telnet accept|refuse|any USER PASSWORD
'use strict';
const http = require('http'), net = require('net');
const [kind, mode, user, password] = process.argv.slice(2);
let last = 'nothing';

function right(u, p) {
  last = p;
  console.log(`heard ${p}`);
  return mode === 'any' || mode === 'accept' && u === user && p === password;
}

function page(res, status, text, header = {}) {
  res.writeHead(status, {'Content-Type': 'text/html', Server: `Marked/1 ${last}`, 'X-Echo': last, 'Set-Cookie': `echo=${last}; Path=/`, ...header});
  res.end(`<!doctype html><title>Marked ${kind} ${last}</title><p>${last} ${Buffer.from(last).toString('base64')}</p>${text}`);
}

const pages = {
  basic(req, res) {
    const [u, ...p] = Buffer.from((req.headers.authorization || '').replace(/^Basic /, ''), 'base64').toString().split(':');
    if (req.headers.authorization && right(u, p.join(':'))) return page(res, 200, 'You are inside. <a href="/logout">Log out</a>');
    page(res, 401, 'No.', {'WWW-Authenticate': `Basic realm="Marked realm ${last}"`});
  },
  form(req, res, body) {
    const given = new URLSearchParams(body), asked = '<form method="post" action="/enter"><input name="user"><input type="password" name="pass"><button>In</button></form>';
    if (req.url === '/enter') {
      if (right(given.get('user'), given.get('pass'))) return page(res, 303, '', {Location: '/inside', 'Set-Cookie': `sid=${last}; Path=/`});
      return page(res, 200, `Wrong: ${last}${asked}`);
    }
    if (req.url === '/inside' && (req.headers.cookie || '').includes('sid=')) return page(res, 200, `Marked inside ${last} <a href="/logout?${last}">Log out</a>`);
    page(res, 200, asked);
  },
  json(req, res, body) {
    if (req.url === '/api/login') {
      const given = JSON.parse(body || '{}');
      if (right(given.user, given.pass)) return page(res, 200, '', {'Set-Cookie': `sid=${last}; Path=/`});
      return page(res, 401, `{"error": "wrong password ${last}"}`);
    }
    if (req.url === '/api/inside') return (req.headers.cookie || '').includes('sid=') ? page(res, 200, `Marked inside ${last}`) : page(res, 403, 'No.');
    page(res, 200, 'Marked app');
  },
};

const lines = {
  ftp: {greeting: '220 Marked files ready\r\n', talk(line, conn, state) {
    const [word, ...rest] = line.split(' ');
    if (word === 'USER') { state.user = rest.join(' '); return `331 Password for ${last}, please\r\n`; }
    if (word === 'PASS') return right(state.user, rest.join(' ')) ? `230 Welcome, you said ${last}\r\n` : `530 Login incorrect: ${last}\r\n`;
    if (word === 'QUIT') { conn.end(`221 Bye ${last}\r\n`); return ''; }
    return `502 No ${last}\r\n`;
  }},
  telnet: {greeting: 'Marked console\r\nMarked login: ', talk(line, conn, state) {
    if (state.inside) { conn.end(); return ''; }
    if (state.user === undefined) { state.user = line; return `${line}\r\nPassword: `; }
    const u = state.user;
    state.user = undefined;
    if (!right(u, line)) return `${line}\r\nLogin incorrect: ${last}\r\nMarked login: `;
    state.inside = true;
    return `${line}\r\nWelcome, your password is ${last}\r\n[${last}]\r\nmarked# `;
  }},
};

if (lines[kind]) {
  net.createServer(conn => {
    const state = {};
    let rest = '';
    conn.on('error', () => {});
    conn.write(lines[kind].greeting);
    conn.on('data', data => {
      rest += data.toString('latin1').replace(/\xff\xfa[^]*?\xff\xf0|\xff[\xfb-\xfe][^]/g, '');
      for (let end; (end = rest.search(/\r?\n|\r\0?/)) >= 0;) {
        const line = rest.slice(0, end);
        rest = rest.slice(end).replace(/^(\r\n|\r\0|\n|\r)/, '');
        conn.write(lines[kind].talk(line, conn, state));
      }
    });
  }).listen(kind === 'ftp' ? 21 : 23, '0.0.0.0');
} else {
  http.createServer((req, res) => {
    let body = '';
    req.on('data', part => { if (body.length < 10000) body += part; });
    req.on('end', () => pages[kind](req, res, body));
  }).listen(80, '0.0.0.0');
}
