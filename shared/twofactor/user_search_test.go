package twofactor_test

import (
	"slices"
	"testing"

	"sallyport/shared/twofactor"
)

// searchable makes users whose ids and addresses begin alike, and apart.
func (r *rig) searchable(tenant string) {
	r.t.Helper()
	for id, email := range map[string]string{
		"ann": "zoe@example.com", "annika": "annika@example.com", "bob": "Ann.B@example.com",
		"carl": "anna@example.com", "dora": "", "zed": "zed@example.com",
	} {
		in := entry(id, twofactor.RoleUser)
		in.Email = email
		_, _, err := twofactor.NewUsers(r.deps).Put(r.ctx, r.platform(), tenant, in)
		r.ok(err)
	}
}

func TestASearchFindsIdsAsTheyAreWrittenAndAddressesInAnyCase(t *testing.T) {
	r := newRig(t)
	r.tenant("acme")
	r.searchable("acme")
	for q, want := range map[string][]string{
		"ann":            {"ann", "annika", "bob", "carl"},
		"ANN":            {"annika", "bob", "carl"},
		"anni":           {"annika"},
		"anna@":          {"carl"},
		"ann.b@exa":      {"bob"},
		"ZOE@example.co": {"ann"},
		"z":              {"ann", "zed"},
		"d":              {"dora"},
		"example.com":    nil,
		"é":              nil,
		"#":              nil,
	} {
		if got := r.list(r.platform(), "acme", twofactor.UserQuery{Q: q}); !slices.Equal(got, want) {
			t.Errorf("%q finds %v, want %v", q, got, want)
		}
	}
}

func TestASearchGivesNobodyTwiceWhateverThePageSizeAndFirstThoseWhoseIdFits(t *testing.T) {
	r := newRig(t)
	r.tenant("acme")
	r.searchable("acme")
	got := r.list(r.platform(), "acme", twofactor.UserQuery{Q: "ann", Limit: 1})
	if want := []string{"ann", "annika", "bob", "carl"}; !slices.Equal(got, want) {
		t.Errorf("one by one: %v, want %v", got, want)
	}
	got = r.list(r.platform(), "acme", twofactor.UserQuery{Q: "ann", Limit: 1, Role: twofactor.RoleAdmin})
	if len(got) > 0 {
		t.Errorf("no admin begins so, but %v", got)
	}
}

func TestASearchFollowsAChangedAddressAndADeletion(t *testing.T) {
	r := newRig(t)
	r.tenant("acme")
	r.searchable("acme")
	users := twofactor.NewUsers(r.deps)
	in := entry("zed", twofactor.RoleUser)
	in.Email = "anton@example.com"
	_, _, err := users.Put(r.ctx, r.platform(), "acme", in)
	r.ok(err)
	r.ok(users.Delete(r.ctx, r.platform(), twofactor.Ref{Tenant: "acme", User: "carl"}))
	if got := r.list(r.platform(), "acme", twofactor.UserQuery{Q: "an"}); !slices.Equal(got, []string{"ann", "annika", "bob", "zed"}) {
		t.Errorf("found %v", got)
	}
	if got := r.list(r.platform(), "acme", twofactor.UserQuery{Q: "zed@"}); len(got) > 0 {
		t.Errorf("the old address still finds %v", got)
	}
}
