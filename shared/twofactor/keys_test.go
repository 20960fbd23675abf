package twofactor_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

func (d *desk) made(k *twofactor.Keys, in twofactor.KeyInput) (*twofactor.APIKey, twofactor.Secret) {
	d.t.Helper()
	key, secret, err := k.Create(d.ctx, d.plain(), in)
	d.ok(err)
	return key, secret
}

func keyFor(tenants ...string) twofactor.KeyInput {
	return twofactor.KeyInput{Name: "n", Audience: "dash", Scopes: []twofactor.Scope{twofactor.ScopeLogin}, Tenants: tenants}
}

func TestAKeyOpensTheDoorAndNothingLikeItDoes(t *testing.T) {
	d := newDesk(t)
	k := twofactor.NewKeys(d.deps)
	key, secret := d.made(k, keyFor("t"))
	got, err := k.Authenticate(d.ctx, secret)
	d.ok(err)
	if got.ID != key.ID || strings.Contains(string(got.Hash), secret.Reveal()) {
		t.Errorf("authenticated as %q", got.ID)
	}
	text := secret.Reveal()
	for _, bad := range []string{
		"", "sallyport_sk_", text[:len(text)-1], text + "0", strings.ToUpper(text), " " + text,
		text[:len(text)-1] + flip(text[len(text)-1]), "sallyport_sk_" + strings.Repeat("0", 16) + "_" + strings.Repeat("0", 52),
		strings.Repeat("x", 1<<16),
	} {
		_, err := k.Authenticate(d.ctx, twofactor.Secret(bad))
		d.refused(err, twofactor.CodeUnauthenticated)
	}
}

func flip(c byte) string {
	if c == '0' {
		return "1"
	}
	return "0"
}

func TestARevokedKeyStopsHereAtOnceAndElsewhereWithinAMinute(t *testing.T) {
	d := newDesk(t)
	here, elsewhere := twofactor.NewKeys(d.deps), twofactor.NewKeys(d.deps)
	key, secret := d.made(here, keyFor("t"))
	for _, k := range []*twofactor.Keys{here, elsewhere} {
		_, err := k.Authenticate(d.ctx, secret)
		d.ok(err)
	}
	d.ok(here.Revoke(d.ctx, d.plain(), key.ID))
	d.ok(here.Revoke(d.ctx, d.plain(), key.ID))
	_, err := here.Authenticate(d.ctx, secret)
	d.refused(err, twofactor.CodeUnauthenticated)
	d.later(60 * time.Second)
	_, err = elsewhere.Authenticate(d.ctx, secret)
	d.refused(err, twofactor.CodeUnauthenticated)
	d.refused(elsewhere.Standing(d.ctx, key.ID), twofactor.CodeUnauthenticated)
}

func TestAKeyIsRememberedForAMinuteAndAStoreThatIsAwayOpensNothing(t *testing.T) {
	d := newDesk(t)
	k := twofactor.NewKeys(d.deps)
	_, secret := d.made(k, keyFor("t"))
	_, err := k.Authenticate(d.ctx, secret)
	d.ok(err)
	d.store.OnLoad(func([]twofactor.Want) error { return twofactor.ErrStore })
	d.later(59 * time.Second)
	_, err = k.Authenticate(d.ctx, secret)
	d.ok(err)
	d.later(time.Second)
	_, err = k.Authenticate(d.ctx, secret)
	d.refused(err, twofactor.CodeUnavailable)
}

func TestAKeyIsMadeOnlyWithinOnesOwnReach(t *testing.T) {
	d := newDesk(t)
	d.tenant("msp")
	d.tenant("other")
	d.client("shop", "msp")
	k := twofactor.NewKeys(d.deps)
	own := twofactor.Caller{Key: &twofactor.APIKey{
		ID: "ka", Audience: "dash", Tenants: []string{"msp"},
		Scopes: []twofactor.Scope{twofactor.ScopeLogin, twofactor.ScopeKeys},
	}}
	cases := map[string]struct {
		change func(*twofactor.KeyInput)
		want   twofactor.Code
	}{
		"the same":            {func(*twofactor.KeyInput) {}, ""},
		"a client":            {func(in *twofactor.KeyInput) { in.Tenants = []string{"msp", "shop"} }, ""},
		"another tenant":      {func(in *twofactor.KeyInput) { in.Tenants = []string{"other"} }, twofactor.CodeForbidden},
		"a missing tenant":    {func(in *twofactor.KeyInput) { in.Tenants = []string{"nowhere"} }, twofactor.CodeForbidden},
		"all tenants":         {func(in *twofactor.KeyInput) { in.Tenants = []string{"*"} }, twofactor.CodeForbidden},
		"another scope":       {func(in *twofactor.KeyInput) { in.Scopes = []twofactor.Scope{"admin"} }, twofactor.CodeForbidden},
		"another audience":    {func(in *twofactor.KeyInput) { in.Audience = "else" }, twofactor.CodeForbidden},
		"no tenants":          {func(in *twofactor.KeyInput) { in.Tenants = nil }, twofactor.CodeInvalid},
		"all and one":         {func(in *twofactor.KeyInput) { in.Tenants = []string{"*", "msp"} }, twofactor.CodeInvalid},
		"an unknown scope":    {func(in *twofactor.KeyInput) { in.Scopes = []twofactor.Scope{"root"} }, twofactor.CodeInvalid},
		"no name":             {func(in *twofactor.KeyInput) { in.Name = "" }, twofactor.CodeInvalid},
		"without an audience": {func(in *twofactor.KeyInput) { in.Audience = "" }, twofactor.CodeInvalid},
	}
	for name, c := range cases {
		in := keyFor("msp")
		c.change(&in)
		_, _, err := k.Create(d.ctx, own, in)
		if got := twofactor.CodeOf(err); got != c.want {
			t.Errorf("%s: %q (%v), want %q", name, got, err, c.want)
		}
	}
	powerless := twofactor.Caller{Key: &twofactor.APIKey{Audience: "dash", Tenants: []string{"*"}, Scopes: everyScope[:3]}}
	_, _, err := k.Create(d.ctx, powerless, keyFor("msp"))
	d.refused(err, twofactor.CodeForbidden)
}

func TestAKeyBeyondOnesReachIsNotThere(t *testing.T) {
	d := newDesk(t)
	k := twofactor.NewKeys(d.deps)
	foreign, _ := d.made(k, keyFor("other"))
	mine, _ := d.made(k, keyFor("mine"))
	own := twofactor.Caller{Key: &twofactor.APIKey{ID: "ka", Audience: "dash", Tenants: []string{"mine"}, Scopes: everyScope}}
	name := "renamed"
	_, err := k.Change(d.ctx, own, foreign.ID, twofactor.KeyChange{Name: &name})
	d.refused(err, twofactor.CodeNotFound)
	_, err = k.Change(d.ctx, own, "nothing", twofactor.KeyChange{Name: &name})
	d.refused(err, twofactor.CodeNotFound)
	wider := []string{"mine", "other"}
	_, err = k.Change(d.ctx, own, mine.ID, twofactor.KeyChange{Tenants: &wider})
	d.refused(err, twofactor.CodeForbidden)
	d.ok(k.Revoke(d.ctx, own, foreign.ID))
	if key := read[twofactor.APIKey](d, twofactor.APIKeyKey(foreign.ID)); !key.RevokedAt.IsZero() {
		t.Error("a foreign key was revoked")
	}
	changed, err := k.Change(d.ctx, own, mine.ID, twofactor.KeyChange{Name: &name})
	d.ok(err)
	if changed.Name != name {
		t.Errorf("the name is %q", changed.Name)
	}
	keys, next, err := k.List(d.ctx, own, 0, "")
	d.ok(err)
	if len(keys) != 1 || keys[0].ID != mine.ID || next != "" {
		t.Errorf("lists %d keys, next %q", len(keys), next)
	}
}

func TestThePagesOfKeysAreWholeAndTheirCursorsAreOnesOwn(t *testing.T) {
	d := newDesk(t)
	k := twofactor.NewKeys(d.deps)
	for range 5 {
		d.made(k, keyFor("t"))
	}
	seen := map[string]bool{}
	cursor, first := "", ""
	for range 10 {
		keys, next, err := k.List(d.ctx, d.plain(), 2, cursor)
		d.ok(err)
		for _, key := range keys {
			seen[key.ID] = true
		}
		if first == "" {
			first = next
		}
		if cursor = next; next == "" {
			break
		}
	}
	if len(seen) != 5 {
		t.Errorf("the pages hold %d of 5 keys", len(seen))
	}
	other := twofactor.Caller{Key: &twofactor.APIKey{ID: "kb", Audience: "dash", Tenants: []string{"*"}, Scopes: everyScope}}
	_, _, err := k.List(d.ctx, other, 2, first)
	d.refused(err, twofactor.CodeInvalid)
	_, _, err = k.List(d.ctx, d.plain(), 2, "edited")
	d.refused(err, twofactor.CodeInvalid)
	for _, limit := range []int{-1, 201} {
		_, _, err = k.List(d.ctx, d.plain(), limit, "")
		d.refused(err, twofactor.CodeInvalid)
	}
}

func TestTheSameIdempotencyKeyMakesOneKeyAndShowsNoSecretAgain(t *testing.T) {
	d := newDesk(t)
	k := twofactor.NewKeys(d.deps)
	_, secret, err := k.Create(d.ctx, idempotent(d.plain(), "once", "body"), keyFor("t"))
	d.ok(err)
	_, again, err := k.Create(d.ctx, idempotent(d.plain(), "once", "body"), keyFor("t"))
	var replayed *twofactor.Replayed
	if !errors.As(err, &replayed) || again != "" || strings.Contains(string(replayed.Body), secret.Reveal()) {
		t.Errorf("got %v", err)
	}
	keys, _, err := k.List(d.ctx, d.plain(), 0, "")
	d.ok(err)
	if len(keys) != 1 {
		t.Errorf("there are %d keys", len(keys))
	}
}
