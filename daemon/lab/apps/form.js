// A page behind a login form with a token, a session cookie and JSON inside.
// Usage: form.js PORT USER PASSWORD [CERTIFICATE KEY]
'use strict';
const crypto = require('crypto'), fs = require('fs'), http = require('http'), https = require('https');
const [port, user, password, cert, key] = process.argv.slice(2);
const tokens = new Set(), sessions = new Set();

function page(res, message) {
  const token = crypto.randomBytes(12).toString('hex');
  tokens.add(token);
  res.writeHead(200, {'Content-Type': 'text/html; charset=utf-8'});
  res.end(`<!doctype html><title>EdgeOS</title><p>${message}</p><form method="post">
<input type="hidden" name="csrf" value="${token}"><input name="username"><input type="password" name="password">
<button type="submit">Login</button></form>`);
}

function enter(res, form) {
  if (!tokens.delete(form.get('csrf'))) return page(res, 'This page has expired');
  if (form.get('username') !== user || form.get('password') !== password) {
    console.log(`wrong password for ${form.get('username')}`);
    return page(res, 'The username or password you entered is incorrect');
  }
  const session = crypto.randomBytes(16).toString('hex');
  sessions.add(session);
  console.log(`${user} is inside`);
  res.writeHead(303, {Location: '/', 'Set-Cookie': `beaker.session.id=${session}; httponly; Path=/`});
  res.end();
}

function answer(req, res) {
  const [, session] = /beaker\.session\.id=(\w+)/.exec(req.headers.cookie || '') || [];
  const inside = sessions.has(session), path = req.url.split('?')[0];
  if (path === '/' && req.method === 'POST') {
    let body = '';
    req.on('data', part => { if (body.length < 10000) body += part; });
    return req.on('end', () => enter(res, new URLSearchParams(body)));
  }
  if (path === '/logout') {
    sessions.delete(session);
    console.log('left');
    res.writeHead(303, {Location: '/'});
    return res.end();
  }
  if (path === '/api/edge/get.json') {
    res.writeHead(inside ? 200 : 403, {'Content-Type': 'application/json'});
    return res.end(JSON.stringify(inside ? {success: true, GET: {system: {'host-name': 'edge'}}} : {success: false}));
  }
  if (path !== '/') {
    res.writeHead(404);
    return res.end();
  }
  if (!inside) return page(res, '');
  res.writeHead(200, {'Content-Type': 'text/html; charset=utf-8'});
  res.end('<!doctype html><title>EdgeOS</title><a href="/logout">Log Out</a>');
}

const server = cert ? https.createServer({cert: fs.readFileSync(cert), key: fs.readFileSync(key)}, answer) : http.createServer(answer);
server.listen(Number(port), '0.0.0.0');
