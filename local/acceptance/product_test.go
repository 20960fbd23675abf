package acceptance

import (
	"encoding/json"
	"maps"
	"testing"

	"sallyport/local/api"
)

// product is one of the five products, lived as its dashboard and its users
// do. Its tenant has the boss "owner" and begins with the policy of every new
// tenant.
type product struct {
	*World
	// name is that of the preset and of the page in docs/products.
	name string
	// path is where the tenant lies: "/v1/tenants/<id>".
	path string
	// steps says which sentences of the help page each step showed.
	steps map[string][]int
	// read counts the mails that were looked at, by kind and address.
	read map[string]int
	// secrets are what no mail may hold.
	secrets []string
}

// open makes the product's tenant in a world of its own.
func open(t *testing.T, name string) *product {
	t.Helper()
	w := Start(t)
	p := &product{World: w, name: name, path: "/v1/tenants/" + w.ID(name), steps: map[string][]int{}, read: map[string]int{}}
	p.Call(p.Platform, 201, "PUT", p.path, map[string]string{"name": p.tenantName(), "support_email": p.Address("help")})
	p.has("owner", "super_admin")
	return p
}

// tenantName is what people call the tenant.
func (p *product) tenantName() string { return "The " + p.name + " company" }

// step lives one step of the story. It shows the sentences with these numbers
// of the table in docs/products.
func (p *product) step(name string, live func(), sentences ...int) {
	p.t.Helper()
	before := p.t
	ok := before.Run(name, func(t *testing.T) {
		p.t = t
		defer func() { p.t = before }()
		live()
	})
	if !ok {
		before.FailNow()
	}
	p.steps[name] = sentences
}

// has adds a user who signs in with a password.
func (p *product) has(user, role string) { p.hasBy(user, role, "password") }

// hasBy adds a user with his usual way to sign in. The owner is told of each
// new administrator.
func (p *product) hasBy(user, role, signIn string) {
	p.t.Helper()
	p.Call(p.Platform, 201, "PUT", p.user(user), map[string]string{
		"email": p.Address(user), "name": "The " + user, "role": role, "sign_in": signIn,
	})
	if role == "super_admin" || role == "admin" {
		p.mailed("owner", "administrator_added", "Account: The "+user+" ("+user+")", role)
	}
}

// user is where a user lies.
func (p *product) user(id string) string { return p.path + "/users/" + id }

// by names the actor of a call, who has just entered his password.
func (p *product) by(user string) []api.Header { return api.Actor(user, p.Now()) }

// shows is a user as the dashboard's list has him.
func (p *product) shows(user string) api.Answer {
	p.t.Helper()
	return p.Call(p.Platform, 200, "GET", p.user(user), nil)
}

// state fails the test unless the users have a state.
func (p *product) state(want string, users ...string) {
	p.t.Helper()
	for _, user := range users {
		if got := p.shows(user).Text("state"); got != want {
			p.t.Errorf("the state of %s is %q, want %q", user, got, want)
		}
	}
}

// preset is the product's policy, with some members changed.
func (p *product) preset(change map[string]any) map[string]any {
	p.t.Helper()
	var presets struct {
		Items []struct {
			Name   string
			Policy map[string]any
		}
	}
	if err := json.Unmarshal(p.Call(p.Platform, 200, "GET", "/v1/presets", nil).Body, &presets); err != nil {
		p.t.Fatal(err)
	}
	for _, item := range presets.Items {
		if item.Name == p.name {
			maps.Copy(item.Policy, change)
			return item.Policy
		}
	}
	p.t.Fatalf("there is no preset %q", p.name)
	return nil
}

// save puts a policy in the name of an actor and expects a status.
func (p *product) save(actor string, want int, policy map[string]any) api.Answer {
	p.t.Helper()
	etag := p.Call(p.Platform, 200, "GET", p.path+"/policy", nil).Header.Get("ETag")
	return p.Call(p.Platform, want, "PUT", p.path+"/policy", policy, append(p.by(actor), api.Header{Name: "If-Match", Value: etag})...)
}

// refused fails the test unless an answer has this code.
func (p *product) refused(a api.Answer, code string) {
	p.t.Helper()
	if a.Text("code") != code {
		p.t.Errorf("it was refused with %q, want %q", a.Text("code"), code)
	}
}
