package httpapi

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

func TestAUserIsShownWithEveryMemberOfTheState(t *testing.T) {
	b := newBench(t, Directory)
	var view twofactor.UserView
	b.deps.Users = fakeUsers{get: func(twofactor.Caller, twofactor.Ref) (twofactor.UserView, error) { return view, nil }}
	view = twofactor.UserView{ID: "ann", Role: "user", SignIn: twofactor.SignInSSO, CreatedAt: noon, State: twofactor.StateNotRequired}
	sameJSON(t, "the least", b.platform("GET /v1/tenants/acme/users/ann", "").Body, `{"id":"ann","email":null,"name":null,"role":"user","sign_in":"sso","active":false,"locale":null,
		"created_at":"2026-03-04T12:00:00Z","state":"not_required","required":false,"requirement":{"value":"inherit","expires_at":null},"override_locked":false,
		"locked":null,"throttled_until":null,"reset_requested":false,"reset_request":null,"enroll_by":null,"factors":[],"backup_codes_left":0}`)
	view = twofactor.UserView{
		ID: "ann", Email: "ann@example.com", Name: "Ann", Locale: "de", Role: "admin", SignIn: twofactor.SignInPassword, Active: true, CreatedAt: noon,
		State: twofactor.StateActive, Required: true, Requirement: twofactor.Requirement{Value: twofactor.RequirementExempt, ExpiresAt: noon}, OverrideLocked: true,
		Locked: twofactor.LockedThrottled, ThrottledUntil: noon.Add(time.Millisecond), ResetRequested: true,
		ResetRequest: &twofactor.ResetRequestView{ID: "r1", State: "pending", CreatedAt: noon}, EnrollBy: noon,
		Factors: []twofactor.FactorView{{ID: "f1", Kind: "totp", EnrolledAt: noon}}, BackupCodesLeft: 9,
	}
	sameJSON(t, "the most", b.platform("GET /v1/tenants/acme/users/ann", "").Body, `{"id":"ann","email":"ann@example.com","name":"Ann","role":"admin","sign_in":"password","active":true,"locale":"de",
		"created_at":"2026-03-04T12:00:00Z","state":"active","required":true,"requirement":{"value":"exempt","expires_at":"2026-03-04T12:00:00Z"},"override_locked":true,
		"locked":"throttled","throttled_until":"2026-03-04T12:00:01Z","reset_requested":true,"reset_request":{"id":"r1","state":"pending","created_at":"2026-03-04T12:00:00Z"},
		"enroll_by":"2026-03-04T12:00:00Z","factors":[{"id":"f1","kind":"totp","enrolled_at":"2026-03-04T12:00:00Z","last_verified_at":null}],"backup_codes_left":9}`)
}

func TestPUTSaysWhetherItMadeSomething(t *testing.T) {
	for made, status := range map[bool]int{true: 201, false: 200} {
		b := newBench(t, Directory)
		b.deps.Users = fakeUsers{put: func(string, twofactor.UserInput) (twofactor.UserView, bool, error) {
			return twofactor.UserView{}, made, nil
		}}
		b.platform("PUT /v1/tenants/acme/users/ann", `{"email":null,"role":"user","sign_in":"password"}`).expect(t, "put", status, "")
	}
}

func TestAUserNeedsAnAddressOrNull(t *testing.T) {
	for body, pointer := range map[string]any{
		`{"role":"user","sign_in":"password"}`:                             "/email",
		`{"email":"","role":"user","sign_in":"password"}`:                  "/email",
		`{"email":null,"sign_in":"password"}`:                              "/role",
		`{"email":null,"role":"user"}`:                                     "/sign_in",
		`{"email":null,"role":null,"sign_in":"password"}`:                  "/role",
		`{"email":null,"role":"user","sign_in":"password","active":null}`:  "/active",
		`{"email":null,"role":"user","sign_in":"password","active":"yes"}`: "/active",
		`{"email":null,"role":"user","sign_in":"password","id":"ann"}`:     "/id",
		`{"email":null,"role":"user","sign_in":"password","name":null}`:    nil,
		`{"email":"a@example.com","role":"user","sign_in":"password"}`:     nil,
	} {
		b := newBench(t, Directory)
		b.deps.Users = fakeUsers{put: func(string, twofactor.UserInput) (twofactor.UserView, bool, error) {
			return twofactor.UserView{}, false, nil
		}}
		r := b.platform("PUT /v1/tenants/acme/users/ann", body)
		if (pointer == nil) != (r.StatusCode == 200) || r.pointer() != pointer {
			t.Errorf("%s: %d %s", body, r.StatusCode, r.Body)
		}
	}
}

func TestABatchAnswersItemByItem(t *testing.T) {
	b := newBench(t, Directory)
	var got []twofactor.UserInput
	b.deps.Users = fakeUsers{putMany: func(_ twofactor.Caller, in []twofactor.UserInput) ([]twofactor.ItemResult, error) {
		got = in
		refusal := &twofactor.Error{Code: twofactor.CodeInvalid, Fields: []twofactor.FieldError{{Pointer: "/role", Detail: "from the rules"}}}
		return []twofactor.ItemResult{
			{ID: "a", Outcome: twofactor.OutcomeCreated}, {ID: "b", Outcome: twofactor.OutcomeUpdated}, {ID: "c", Outcome: twofactor.OutcomeUnchanged},
			{ID: "d", Outcome: twofactor.OutcomeNotTried}, {ID: "e", Err: refusal}, {ID: "f", Err: errBroken},
		}, nil
	}}
	full := func(id string) string { return `{"id":"` + id + `","email":null,"role":"user","sign_in":"password"}` }
	r := b.platform("POST /v1/tenants/acme/users/batch", `{"users":[`+strings.Join([]string{full("a"), full("b"), full("c"), full("d"), `{"id":"e","role":"user","sign_in":"password"}`, full("f")}, ",")+`]}`)
	r.expect(t, "batch", 200, "")
	want := []any{float64(201), float64(200), float64(200), "not_tried", float64(422), float64(503)}
	items := r.member["items"].([]any)
	for i, item := range items {
		m := item.(map[string]any)
		if m["status"] != want[i] || (m["problem"] != nil) != (i > 3) {
			t.Errorf("item %d: %v", i, m)
		}
	}
	if len(items) != 6 || strings.Contains(r.Body, "arn:") || strings.Contains(r.Body, "from the rules") || !strings.Contains(r.Body, `"pointer":"/email"`) {
		t.Errorf("items: %s", r.Body)
	}
	if !reflect.DeepEqual(got[4], twofactor.UserInput{ID: "e"}) {
		t.Errorf("an item without an address went on as %+v", got[4])
	}
}

func TestABatchThatIsNotOneIsRefusedWhole(t *testing.T) {
	item := `{"id":"a","email":null,"role":"user","sign_in":"password"}`
	for about, c := range map[string]struct {
		body   string
		status int
	}{
		"none":          {`{"users":[]}`, 422},
		"501":           {`{"users":[` + strings.Repeat(item+",", 500) + item + `]}`, 422},
		"no id":         {`{"users":[{"role":"user"}]}`, 422},
		"unknown":       {`{"users":[{"id":"a","admin":true}]}`, 400},
		"null":          {`{"users":[null]}`, 400},
		"not a list":    {`{"users":{}}`, 400},
		"a wrong type":  {`{"users":[{"id":"a","active":1}]}`, 400},
		"a second list": {`{"users":[],"users":[]}`, 400},
	} {
		if r := newBench(t, Directory).platform("POST /v1/tenants/acme/users/batch", c.body); r.StatusCode != c.status {
			t.Errorf("%s: %d %s", about, r.StatusCode, r.Body)
		}
	}
}
