// Package demo fills a development stack with one tenant for each preset of
// contract §6, so that there is something to try at once. It uses the API
// itself, as a platform would.
package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"sallyport/local/api"
)

// Tenant is one demo tenant.
type Tenant struct {
	// ID is "demo-" and the name of the preset.
	ID string
	// OwnerKey is the set-up key of the owner's authenticator app; "" when
	// the tenant was there before.
	OwnerKey string
}

// owner is the super admin of every demo tenant.
const owner = "owner"

// people are the users beside the owner, by the role they have; which of
// them a tenant gets depends on its preset.
var people = map[string][]struct{ id, role string }{
	"client-portal": {{"sam", "security_admin"}, {"sue", "system_admin"}, {"uma", "user"}},
	"mssp":          {{"ada", "admin"}, {"sid", "sub_admin"}, {"uma", "user"}},
}

// everywhere is who a tenant gets when people does not name it.
var everywhere = []struct{ id, role string }{{"ada", "admin"}, {"uma", "user"}}

// preset is one of GET /v1/presets.
type preset struct {
	Name   string          `json:"name"`
	Policy json.RawMessage `json:"policy"`
}

// Load makes the tenants that are missing. The client's key needs all scopes
// and all tenants. Doing it again changes nothing.
func Load(ctx context.Context, platform api.Client) ([]Tenant, error) {
	answer, err := platform.Must(ctx, "GET", "/v1/presets", nil)
	if err != nil {
		return nil, err
	}
	var presets struct {
		Items []preset `json:"items"`
	}
	if err := json.Unmarshal(answer.Body, &presets); err != nil {
		return nil, err
	}
	var tenants []Tenant
	for _, p := range presets.Items {
		t, err := load(ctx, platform, p)
		if err != nil {
			return nil, fmt.Errorf("the demo tenant for %s: %w", p.Name, err)
		}
		tenants = append(tenants, t)
	}
	return tenants, nil
}

// load makes one tenant. The policy comes last: a tenant that has it is
// whole.
func load(ctx context.Context, platform api.Client, p preset) (Tenant, error) {
	t := Tenant{ID: "demo-" + p.Name}
	path := "/v1/tenants/" + t.ID
	current, err := platform.Do(ctx, "GET", path+"/policy", nil)
	if err != nil {
		return t, err
	}
	if current.Status == http.StatusOK && current.Value("updated_by") != nil {
		return t, nil
	}
	if current.Status == http.StatusNotFound {
		if err := makeTenant(ctx, platform, path, p.Name); err != nil {
			return t, err
		}
	}
	if t.OwnerKey, err = enrolOwner(ctx, platform, path); err != nil {
		return t, err
	}
	current, err = platform.Must(ctx, "GET", path+"/policy", nil)
	if err != nil {
		return t, err
	}
	now, err := platform.Now(ctx)
	if err != nil {
		return t, err
	}
	headers := append(api.Actor(owner, now), api.Header{Name: "If-Match", Value: current.Header.Get("ETag")})
	_, err = platform.Must(ctx, "PUT", path+"/policy", []byte(p.Policy), headers...)
	return t, err
}

// makeTenant makes a tenant and its users.
func makeTenant(ctx context.Context, platform api.Client, path, name string) error {
	_, err := platform.Must(ctx, "PUT", path, map[string]any{
		"name": "Demo " + name, "support_email": "support@" + name + ".example",
		"return_urls": []string{"http://localhost:8080/signed-in"},
	})
	if err != nil {
		return err
	}
	users := people[name]
	if users == nil {
		users = everywhere
	}
	users = append([]struct{ id, role string }{{owner, "super_admin"}}, users...)
	for _, u := range users {
		_, err := platform.Must(ctx, "PUT", path+"/users/"+u.id, map[string]string{
			"email": u.id + "@" + name + ".example", "role": u.role, "sign_in": "password",
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// enrolOwner gives the owner a second factor: whoever requires one of others
// must have one himself.
func enrolOwner(ctx context.Context, platform api.Client, path string) (key string, err error) {
	user, err := platform.Must(ctx, "GET", path+"/users/"+owner, nil)
	if err != nil || user.Text("state") == "active" {
		return "", err
	}
	page, err := platform.Must(ctx, "POST", path+"/users/"+owner+"/self-service", map[string]string{})
	if err != nil {
		return "", err
	}
	key, _, err = platform.With(page.Text("token")).Enroll(ctx)
	return key, err
}
