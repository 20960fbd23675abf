package httpapi

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"

	"github.com/go-json-experiment/json"

	"sallyport/shared/twofactor"
)

// onceOf reads Idempotency-Key. It is nil where the header is missing, and on
// every route that does not heed it.
func onceOf(x *exchange, c twofactor.Caller, body []byte) (*twofactor.Once, error) {
	key, sent := x.headers["idempotency-key"]
	if !sent || !x.route.Idempotent() {
		return nil, nil
	}
	if len(key) > 255 || !visible(key) {
		return nil, malformed("/header/Idempotency-Key", "This must be 1 to 255 visible ASCII characters.")
	}
	parts := []string{c.Key.ID, "", "", x.route.Key(), x.values["tenant"], x.values["user"], x.values["id"], key}
	if c.Actor != nil {
		parts[1], parts[2] = c.Actor.Tenant, c.Actor.User
	}
	sum := sha256.Sum256(body)
	return &twofactor.Once{ID: digest(parts), BodyHash: sum[:]}, nil
}

// digest hashes parts so that no two lists of parts give the same text.
func digest(parts []string) string {
	h := sha256.New()
	for _, part := range parts {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(len(part))))
		h.Write([]byte(part))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// keep tells the use case how its result is written, so that the answer can
// be given again. show must leave secrets out.
func keep[R any](c twofactor.Caller, show func(R) answer) twofactor.Caller {
	if c.Once == nil {
		return c
	}
	once := *c.Once
	once.Render = func(result any) (int, []byte, error) {
		r, ok := result.(R)
		if !ok {
			return 0, nil, fmt.Errorf("an answer is made of %T, not of %T", r, result)
		}
		a := show(r)
		body, err := json.Marshal(a.body)
		return a.status, body, err
	}
	c.Once = &once
	return c
}
