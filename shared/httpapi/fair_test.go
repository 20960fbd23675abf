package httpapi

import (
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

// spending makes a bench whose budgets of certain names are spent, and tells
// which were asked.
func spending(t *testing.T, f func(Deps) Handler, spent ...string) (*bench, *[]string) {
	b := newBench(t, f)
	var asked []string
	b.deps.Fair = &Fair{PerSecond: 100, Admit: func(name string, perSecond int) time.Duration {
		asked = append(asked, name)
		if want := map[bool]int{true: 50, false: 100}[name[0] == 'p']; perSecond != want {
			t.Errorf("%s gives %d a second, want %d", name, perSecond, want)
		}
		for _, s := range spent {
			if s == name {
				return 1500 * time.Millisecond
			}
		}
		return 0
	}}
	return b, &asked
}

func TestTN09ACallBeyondTheTenantsBudgetIsRefusedBeforeItIsDecided(t *testing.T) {
	b, _ := spending(t, Directory, "tenant/key1/acme")
	r := b.platform("GET /v1/tenants/acme/users/ann", "")
	r.expect(t, "acme", 429, twofactor.CodeRateLimited)
	if r.Headers["Retry-After"] != "2" {
		t.Errorf("Retry-After: %q", r.Headers["Retry-After"])
	}
	b.deps.Users = fakeUsers{get: func(twofactor.Caller, twofactor.Ref) (twofactor.UserView, error) {
		return twofactor.UserView{ID: "ann"}, nil
	}}
	b.platform("GET /v1/tenants/other/users/ann", "").expect(t, "another tenant", 200, "")
}

func TestAPersonSpendsHisOwnBudgetBeforeHisTenants(t *testing.T) {
	b, asked := spending(t, Verify, "person/acme/ann")
	b.person("GET /v1/login", "").expect(t, "person", 429, twofactor.CodeRateLimited)
	if len(*asked) != 1 {
		t.Errorf("asked %q", *asked)
	}
	b, asked = spending(t, Verify, "tenant//acme")
	b.person("GET /v1/login", "").expect(t, "tenant", 429, twofactor.CodeRateLimited)
	if len(*asked) != 2 {
		t.Errorf("asked %q", *asked)
	}
}

func TestAStrangerSpendsNobodysBudget(t *testing.T) {
	b, asked := spending(t, Directory)
	b.send(call{line: "GET /v1/tenants/acme/users/ann", headers: with("sallyport_sk_bad", nil)}).expect(t, "stranger", 401, "")
	b.send(call{line: "GET /v1/tenants/acme/users/ann"}).expect(t, "nobody", 401, "")
	if len(*asked) != 0 {
		t.Errorf("asked %q", *asked)
	}
}
