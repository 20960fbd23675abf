package httpapi

import (
	"slices"
	"strings"
	"testing"

	"sallyport/shared/twofactor"
)

// onceSeen sends a reset and returns what the use case got.
func onceSeen(t *testing.T, line, body string, headers ...string) *twofactor.Once {
	t.Helper()
	b := newBench(t, Reset)
	var got *twofactor.Once
	b.deps.Resets = fakeResets{reset: func(c twofactor.Caller, _ twofactor.Ref, _ twofactor.ResetInput) (twofactor.UserView, error) {
		got = c.Once
		return twofactor.UserView{ID: "ann"}, nil
	}}
	b.platform(line, body, headers...).expect(t, line, 200, "")
	return got
}

const (
	resetAnn  = "POST /v1/tenants/acme/users/ann/reset"
	lostPhone = `{"reason":"lost phone"}`
)

func TestTheIdempotencyKeyIsBoundToKeyActorAndPath(t *testing.T) {
	first := onceSeen(t, resetAnn, lostPhone, "idempotency-key", "k1", "sallyport-actor", "boss")
	again := onceSeen(t, resetAnn, lostPhone, "Idempotency-Key", "k1", "Sallyport-Actor", "boss")
	if first == nil || first.ID != again.ID || string(first.BodyHash) != string(again.BodyHash) {
		t.Fatal("the same call is not the same")
	}
	for about, other := range map[string]*twofactor.Once{
		"another key":    onceSeen(t, resetAnn, lostPhone, "idempotency-key", "k2", "sallyport-actor", "boss"),
		"another actor":  onceSeen(t, resetAnn, lostPhone, "idempotency-key", "k1", "sallyport-actor", "root"),
		"the parent's":   onceSeen(t, resetAnn, lostPhone, "idempotency-key", "k1", "sallyport-actor", "holding/boss"),
		"no actor":       onceSeen(t, resetAnn, lostPhone, "idempotency-key", "k1"),
		"another user":   onceSeen(t, "POST /v1/tenants/acme/users/bob/reset", lostPhone, "idempotency-key", "k1", "sallyport-actor", "boss"),
		"another tenant": onceSeen(t, "POST /v1/tenants/acm/users/ann/reset", lostPhone, "idempotency-key", "k1", "sallyport-actor", "boss"),
	} {
		if other.ID == first.ID {
			t.Errorf("%s: the same id", about)
		}
	}
	whole := onceSeen(t, resetAnn, lostPhone, "idempotency-key", "k1")
	cut := onceSeen(t, "POST /v1/tenants/acmea/users/nn/reset", lostPhone, "idempotency-key", "k1")
	if whole.ID == cut.ID {
		t.Error("words that are cut elsewhere have the same id")
	}
	spaced := onceSeen(t, resetAnn, `{"reason": "lost phone"}`, "idempotency-key", "k1", "sallyport-actor", "boss")
	if spaced.ID != first.ID || string(spaced.BodyHash) == string(first.BodyHash) {
		t.Error("another body must have the same id and another hash")
	}
}

func TestAnIdempotencyKeyIsOneTo255VisibleCharacters(t *testing.T) {
	for key, ok := range map[string]bool{
		"k": true, strings.Repeat("k", 255): true, "a!~z": true,
		"": false, strings.Repeat("k", 256): false, "a b": false, "a\tb": false, "é": false,
	} {
		b := newBench(t, Reset)
		b.deps.Resets = fakeResets{reset: func(twofactor.Caller, twofactor.Ref, twofactor.ResetInput) (twofactor.UserView, error) {
			return twofactor.UserView{}, nil
		}}
		r := b.platform(resetAnn, lostPhone, "idempotency-key", key)
		if ok {
			r.expect(t, key, 200, "")
		} else {
			r.expect(t, key, 400, twofactor.CodeMalformed)
		}
	}
}

func TestRoutesThatDoNotHeedAnIdempotencyKeyIgnoreIt(t *testing.T) {
	b := newBench(t, Verify)
	b.deps.Verify = fakeVerify{code: func(c twofactor.Caller, _ twofactor.CodeInput) (twofactor.VerifyAnswer, error) {
		if c.Once != nil {
			t.Error("a person's call must not heed it")
		}
		return twofactor.VerifyAnswer{Result: "approved"}, nil
	}}
	b.person("POST /v1/verify", `{"code":"123456"}`, "idempotency-key", "k 1").expect(t, "verify", 200, "")
	heeding := []string{"/reset", "/unlock", "/batch", "/v1/keys", "/enrollment-link", "/requirements", "/reminders", "/approve", "/deny"}
	for _, route := range Routes() {
		want := route.Method == "POST" && slices.ContainsFunc(heeding, func(end string) bool { return strings.HasSuffix(route.Path, end) })
		if route.Idempotent() != want {
			t.Errorf("%s: idempotent is %v", route.Key(), route.Idempotent())
		}
	}
}

func TestAnAnswerGivenBeforeIsGivenAgainAndSaysSo(t *testing.T) {
	b := newBench(t, Reset)
	b.deps.Resets = fakeResets{reset: func(twofactor.Caller, twofactor.Ref, twofactor.ResetInput) (twofactor.UserView, error) {
		return twofactor.UserView{}, &twofactor.Replayed{Status: 200, Body: []byte(`{"id":"ann"}`)}
	}}
	r := b.platform(resetAnn, lostPhone, "idempotency-key", "k1")
	r.expect(t, "replayed", 200, "")
	if r.Headers["Idempotent-Replayed"] != "true" || r.Body != `{"id":"ann"}` || r.Headers["Content-Type"] != "application/json" {
		t.Errorf("got %v %s", r.Headers, r.Body)
	}
}

func TestWhatIsKeptIsTheAnswerItself(t *testing.T) {
	b := newBench(t, Reset)
	view := twofactor.UserView{ID: "ann", Role: "admin", State: twofactor.StatePending}
	var kept []byte
	b.deps.Resets = fakeResets{reset: func(c twofactor.Caller, _ twofactor.Ref, _ twofactor.ResetInput) (twofactor.UserView, error) {
		status, body, err := c.Once.Render(view)
		if err != nil || status != 200 {
			t.Errorf("rendering: %d %v", status, err)
		}
		kept = body
		return view, nil
	}}
	r := b.platform(resetAnn, lostPhone, "idempotency-key", "k1")
	if r.Body != string(kept) {
		t.Errorf("answered %s, kept %s", r.Body, kept)
	}
}

func TestTheKeptAnswerToANewKeyDoesNotHoldTheKey(t *testing.T) {
	k := &twofactor.APIKey{ID: "k9", Name: "new"}
	var kept string
	b := newBench(t, Directory)
	b.deps.Keys = fakeKeys{create: func(c twofactor.Caller) (*twofactor.APIKey, twofactor.Secret, error) {
		_, body, err := c.Once.Render(k)
		if err != nil {
			t.Error(err)
		}
		kept = string(body)
		return k, "sallyport_sk_k9_secret", nil
	}}
	r := b.platform("POST /v1/keys", `{"name":"new","audience":"a","scopes":["login"],"tenants":["*"]}`, "idempotency-key", "k1")
	r.expect(t, "create", 201, "")
	if r.member["key"] != "sallyport_sk_k9_secret" || strings.Contains(kept, "sallyport_sk") || !strings.Contains(kept, `"id":"k9"`) {
		t.Errorf("answered %s, kept %s", r.Body, kept)
	}
}
