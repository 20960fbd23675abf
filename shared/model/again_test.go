package model

import (
	"errors"
	"fmt"
	"time"

	"sallyport/shared/twofactor"
)

// Now and then a call of an administrator carries an Idempotency-Key, and is
// repeated: the same body is answered and not done again, another body is
// refused (contract §2). That nothing was done the next look would see.

// withKey gives a call an Idempotency-Key, now and then.
func (m *machine) withKey(c call) call {
	if m.oneIn(5, "with an Idempotency-Key") {
		m.onces++
		c.once = fmt.Sprintf("once-%d", m.onces)
	}
	return c
}

// again repeats a call that was done.
func (m *machine) again(c call, t *tenant, n need, do func(twofactor.Caller) error) {
	if c.once == "" {
		return
	}
	m.now = m.now.Add(pick(m, "repeated after", 0, time.Second, time.Hour, 23*time.Hour))
	c.at = m.now
	c.body = m.oneIn(3, "another body")
	want := m.admits(c, t, n)
	var earlier *twofactor.Replayed
	err := do(c.real())
	if errors.As(err, &earlier) {
		m.same("the answer that was kept", earlier.Status, onceStatus)
		m.same("the same body is answered", c.body, false)
		err = nil
	} else if err == nil {
		m.t.Fatalf("%s was done twice", c.once)
	}
	want.add(len(want) == 0 && c.body, twofactor.CodeIdempotencyKeyReused)
	m.agree(err, want, "again %s", c.once)
}

const onceStatus = 299

// onceOf is the Idempotency-Key as the door hands it on.
func (c call) onceOf() *twofactor.Once {
	if c.once == "" {
		return nil
	}
	body := "one body"
	if c.body {
		body = "another body"
	}
	return &twofactor.Once{
		ID: c.once, BodyHash: twofactor.SecretBytes(body),
		Render: func(any) (int, []byte, error) { return onceStatus, []byte("kept"), nil },
	}
}
