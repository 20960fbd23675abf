// Package story tells the requests in events/ one after another, and holds
// each answer to the one that lies beside it. Who carries a request is up to
// the caller: a handler in this process, or a gateway over HTTP.
//
// An event is what the API Gateway sends to a function. It may hold
// placeholders, which are filled when its turn comes:
//
//   - {{name}}: a value that an earlier answer gave ("keep"), or that the teller
//     was given at the start: api_key, audience, tenant
//   - {{now}}: this moment
//   - {{totp}}, {{totp+1}}: the code of this moment, or of the next step, for
//     the set-up key that was kept as "secret"
package story
