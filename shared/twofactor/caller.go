package twofactor

import "time"

// Caller is who makes a call, as the HTTP layer found out; every use case
// takes it as an argument.
type Caller struct {
	RequestID string
	// IP and UserAgent come from what the gateway saw, never from a header
	// that a client can set.
	IP        string
	UserAgent string
	// Key is the platform's API key; nil for a person.
	Key *APIKey
	// Actor is whom the platform names; nil when it names nobody.
	Actor *Actor
	// Person is a person's token; nil for a platform.
	Person *Token
	// Once is the Idempotency-Key of this call; nil without one.
	Once *Once
}

// Actor is the person on whose behalf a platform calls. Role and factor are
// not part of it: they are read from Sallyport's own records.
type Actor struct {
	Ref
	// AuthenticatedAt is the last password or SSO check, as the platform
	// attests it; zero when it says nothing.
	AuthenticatedAt time.Time
	// Assertion is the actor's own assertion; "" when there is none.
	Assertion Secret
}

// Once carries an Idempotency-Key through a use case. Render turns the
// result into the answer that is kept, without secrets.
type Once struct {
	ID       string
	BodyHash SecretBytes
	Render   func(result any) (status int, body []byte, err error)

	// stale is the version of a record of the same key that is over but was
	// not dropped yet; replay finds it.
	stale uint64
	// tenant is whom the call is about; authorize sets it.
	tenant string
}
