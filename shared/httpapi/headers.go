package httpapi

import (
	"strings"
	"time"

	"sallyport/shared/twofactor"
)

// headers are a request's headers under lower-case names. Where a name was
// sent more than once the values stand together with a comma, as the API
// Gateway joins them.
type headers map[string]string

func headersOf(sent map[string]string) headers {
	h := make(headers, len(sent))
	for name, value := range sent {
		name = strings.ToLower(name)
		if earlier, twice := h[name]; twice {
			value = earlier + "," + value
		}
		h[name] = value
	}
	return h
}

func (h headers) get(name string) string { return h[name] }

// bearer returns the one token of the one Authorization header.
func (h headers) bearer() (twofactor.Secret, error) {
	value, sent := h["authorization"]
	if !sent {
		return "", unauthenticated("Send a credential: Authorization: Bearer …")
	}
	scheme, token, _ := strings.Cut(value, " ")
	token = strings.Trim(token, " ")
	if !strings.EqualFold(scheme, "Bearer") || !visible(token) || strings.Contains(token, ",") {
		return "", unauthenticated("There must be one Authorization header: Bearer and one token.")
	}
	return twofactor.Secret(token), nil
}

// actor reads whom the platform names: a user of the tenant in the path, or
// "<parent>/<user>". Without the header it is nil.
func (h headers) actor(tenant string) (*twofactor.Actor, error) {
	value, sent := h["sallyport-actor"]
	if !sent {
		return nil, nil
	}
	ref := twofactor.Ref{Tenant: tenant, User: value}
	if parent, user, cut := strings.Cut(value, "/"); cut {
		ref = twofactor.Ref{Tenant: parent, User: user}
	}
	if !twofactor.ValidID(ref.Tenant) || !twofactor.ValidID(ref.User) {
		return nil, malformed("/header/Sallyport-Actor", "This must be <user> or <parent>/<user>.")
	}
	a := &twofactor.Actor{Ref: ref, Assertion: twofactor.Secret(h.get("sallyport-actor-assertion"))}
	if at, sent := h["sallyport-actor-authenticated-at"]; sent {
		t, err := time.Parse(time.RFC3339, at)
		if err != nil {
			return nil, malformed("/header/Sallyport-Actor-Authenticated-At", "This must be one time as in RFC 3339.")
		}
		a.AuthenticatedAt = t.UTC()
	}
	return a, nil
}

// visible reports whether text is not empty and all visible ASCII.
func visible(text string) bool {
	for i := range len(text) {
		if text[i] <= ' ' || text[i] > '~' {
			return false
		}
	}
	return text != ""
}
