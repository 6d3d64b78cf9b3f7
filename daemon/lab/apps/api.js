// An application whose script logs in by a JSON API and carries a bearer's token.
// Usage: api.js PORT USER PASSWORD [CERTIFICATE KEY]
'use strict';
const crypto = require('crypto'), fs = require('fs'), http = require('http'), https = require('https');
const [port, user, password, cert, key] = process.argv.slice(2);
const tokens = new Set();

function json(res, status, value) {
  res.writeHead(status, {'Content-Type': 'application/json'});
  res.end(JSON.stringify(value));
}

function enter(res, body) {
  let login = {};
  try { login = JSON.parse(body); } catch { return json(res, 400, {error: {code: 400, message: 'Bad request'}}); }
  if (login.identity !== user || login.secret !== password) {
    console.log(`wrong password for ${login.identity}`);
    return json(res, 401, {error: {code: 401, message: 'Invalid email or password'}});
  }
  const token = crypto.randomBytes(24).toString('hex');
  tokens.add(token);
  console.log(`${user} is inside`);
  json(res, 200, {token, expires: '2030-01-01T00:00:00.000Z'});
}

function answer(req, res) {
  if (req.url === '/api/tokens' && req.method === 'POST') {
    let body = '';
    req.on('data', part => { if (body.length < 10000) body += part; });
    return req.on('end', () => enter(res, body));
  }
  if (req.url === '/api/users/me') {
    const [, token] = /^Bearer (\w+)$/.exec(req.headers.authorization || '') || [];
    return tokens.has(token) ? json(res, 200, {id: 1, email: user, roles: ['admin']}) : json(res, 403, {error: {code: 403, message: 'Permission Denied'}});
  }
  res.writeHead(req.url === '/' ? 200 : 404, {'Content-Type': 'text/html; charset=utf-8'});
  res.end('<!doctype html><title>Nginx Proxy Manager</title><div id="app"></div>');
}

const server = cert ? https.createServer({cert: fs.readFileSync(cert), key: fs.readFileSync(key)}, answer) : http.createServer(answer);
server.listen(Number(port), '0.0.0.0');
