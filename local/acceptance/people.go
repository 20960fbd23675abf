package acceptance

import (
	"encoding/json"

	"github.com/go-jose/go-jose/v4"

	"sallyport/local/api"
)

// readKeys reads the answer of /.well-known/jwks.json.
func readKeys(text []byte) (*jose.JSONWebKeySet, error) {
	set := &jose.JSONWebKeySet{}
	return set, json.Unmarshal(text, set)
}

// login starts a login with a password; tenant and user are names for ID.
func (w *World) login(tenant, user string) api.Answer {
	w.t.Helper()
	return w.Call(w.Platform, 200, "POST", "/v1/tenants/"+w.ID(tenant)+"/logins", map[string]any{
		"user": map[string]string{"id": w.ID(user)}, "first_factor": map[string]string{"method": "password"},
	})
}

// enrolled makes a tenant with one user who has a second factor. It returns
// the user with a new login, and the app's set-up key.
func (w *World) enrolled(tenant, user string) (person api.Client, key string) {
	w.t.Helper()
	path := "/v1/tenants/" + w.ID(tenant)
	w.Call(w.Platform, 201, "PUT", path, map[string]string{"name": tenant})
	w.Call(w.Platform, 201, "PUT", path+"/users/"+w.ID(user), map[string]string{"email": w.Address(user), "role": "user", "sign_in": "password"})
	page := w.Call(w.Platform, 201, "POST", path+"/users/"+w.ID(user)+"/self-service", map[string]string{})
	key, _, err := w.Person(page.Text("token")).Enroll(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return w.Person(w.login(tenant, user).Text("login")), key
}
