package httpapi

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/go-json-experiment/json"

	"sallyport/shared/twofactor"
)

// sameJSON compares two JSON texts without regard to the order of members.
func sameJSON(t *testing.T, about, got, want string) {
	t.Helper()
	var a, b any
	if err := json.Unmarshal([]byte(got), &a); err != nil {
		t.Fatalf("%s: %v: %s", about, err, got)
	}
	if err := json.Unmarshal([]byte(want), &b); err != nil {
		t.Fatalf("%s: the expectation: %v", about, err)
	}
	if !reflect.DeepEqual(a, b) {
		t.Errorf("%s:\n got %s\nwant %s", about, got, want)
	}
}

func TestALoginIsShownAsTheContractShowsIt(t *testing.T) {
	b := newBench(t, Verify)
	var answer twofactor.LoginAnswer
	b.deps.Verify = fakeVerify{login: func(twofactor.Caller, string, twofactor.LoginInput) (twofactor.LoginAnswer, error) {
		return answer, nil
	}}
	show := func() string {
		return b.platform("POST /v1/tenants/acme/logins", `{"user":{"id":"jane"},"first_factor":{"method":"password"}}`).Body
	}
	answer = twofactor.LoginAnswer{
		LoginID: "l1", Login: "token", Decision: twofactor.DecisionVerify, Reason: twofactor.ReasonFactorActive, ExpiresAt: noon,
		EmailHint: "j•••@example.com", Methods: []twofactor.Method{twofactor.MethodTOTP, twofactor.MethodBackupCode}, ResetRequest: "none",
	}
	sameJSON(t, "verify", show(), `{"login_id":"l1","login":"token","decision":"verify","reason":"factor_active","expires_at":"2026-03-04T12:00:00Z",
		"skippable":false,"enroll_by":null,"deferrals_left":0,"email_hint":"j•••@example.com","methods":["totp","backup_code"],"reset_request":"none"}`)

	answer = twofactor.LoginAnswer{LoginID: "l2", Decision: twofactor.DecisionAllow, Reason: twofactor.ReasonDeviceRemembered, ExpiresAt: noon,
		Assertion: "signed", DeviceToken: "device", DeviceExpiresAt: noon.Add(time.Hour)}
	sameJSON(t, "allow", show(), `{"login_id":"l2","login":null,"decision":"allow","reason":"device_remembered","expires_at":"2026-03-04T12:00:00Z",
		"skippable":false,"enroll_by":null,"deferrals_left":0,"email_hint":null,"methods":[],"reset_request":"none",
		"assertion":"signed","device_token":"device","device_expires_at":"2026-03-04T13:00:00Z"}`)

	answer = twofactor.LoginAnswer{LoginID: "l3", Login: "token", Decision: twofactor.DecisionDeny, Reason: twofactor.ReasonThrottled, ExpiresAt: noon,
		ResetRequest: "pending", RetryAt: noon.Add(1500 * time.Millisecond)}
	sameJSON(t, "deny", show(), `{"login_id":"l3","login":"token","decision":"deny","reason":"throttled","expires_at":"2026-03-04T12:00:00Z",
		"skippable":false,"enroll_by":null,"deferrals_left":0,"email_hint":null,"methods":[],"reset_request":"pending","retry_at":"2026-03-04T12:00:02Z"}`)
}

func TestALoginRequestReachesTheUseCaseAsItWasSent(t *testing.T) {
	b := newBench(t, Verify)
	var got twofactor.LoginInput
	b.deps.Verify = fakeVerify{login: func(_ twofactor.Caller, _ string, in twofactor.LoginInput) (twofactor.LoginAnswer, error) {
		got = in
		return twofactor.LoginAnswer{}, nil
	}}
	b.platform("POST /v1/tenants/acme/logins", `{"user":{"id":"jane","email":"j@example.com","name":"Jane","role":"admin"},
		"first_factor":{"method":"sso","idp":"okta","amr":["mfa"]},"device_token":"dt","client":{"ip":"198.51.100.7","user_agent":"Firefox"},
		"return_url":"https://acme.example/","state":"s1"}`).expect(t, "whole", 200, "")
	text := func(s string) *string { return &s }
	want := twofactor.LoginInput{
		User:        twofactor.LoginUser{ID: "jane", Email: text("j@example.com"), Name: text("Jane"), Role: text("admin")},
		First:       twofactor.FirstFactor{Method: twofactor.SignInSSO, IDP: "okta", AMR: []string{"mfa"}},
		DeviceToken: "dt", Client: twofactor.ClientInfo{IP: "198.51.100.7", UserAgent: "Firefox"}, ReturnURL: "https://acme.example/", State: "s1",
	}
	if !reflect.DeepEqual(got, want) {
		t.Error("the input is another one")
	}
	b.platform("POST /v1/tenants/acme/logins", `{"user":{"id":"jane","email":null,"name":null},"first_factor":{"method":"password"},"device_token":null}`).expect(t, "null", 200, "")
	if u := got.User; u.Email == nil || *u.Email != "" || u.Name == nil || *u.Name != "" || u.Role != nil {
		t.Errorf("null must say that there is none: %+v", u)
	}
	b.platform("POST /v1/tenants/acme/logins", `{"user":{"id":"jane"},"first_factor":{"method":"password"}}`).expect(t, "left out", 200, "")
	if u := got.User; u.Email != nil || u.Name != nil || u.Role != nil {
		t.Errorf("what was left out must say nothing: %+v", u)
	}
	if r := b.platform("POST /v1/tenants/acme/logins", `{"user":{"id":"jane","email":""},"first_factor":{"method":"password"}}`); r.StatusCode != 422 || r.pointer() != "/user/email" {
		t.Errorf("an empty address: %d %s", r.StatusCode, r.Body)
	}
}

func TestARightCodeShowsAnAssertionAndAResetNone(t *testing.T) {
	b, _ := approving(t)
	sameJSON(t, "approved", b.person("POST /v1/verify", `{"code":"123456"}`).Body,
		`{"result":"approved","assertion":"signed","expires_at":"2026-03-04T12:02:00Z","backup_codes_left":9}`)
	b.deps.Verify = fakeVerify{code: func(_ twofactor.Caller, in twofactor.CodeInput) (twofactor.VerifyAnswer, error) {
		if in.Method != twofactor.MethodBackupCode || !in.RememberDevice {
			t.Errorf("the use case got %+v", in)
		}
		return twofactor.VerifyAnswer{Result: "factor_reset", LoginID: "l1", Login: "token"}, nil
	}}
	sameJSON(t, "factor_reset", b.person("POST /v1/verify", `{"method":"backup_code","code":"A","remember_device":true}`).Body,
		`{"result":"factor_reset","decision":"enroll","login_id":"l1","login":"token"}`)
}

func TestJW09_ARefusedCodeShowsNoAssertion(t *testing.T) {
	b := newBench(t, Verify)
	b.deps.Verify = fakeVerify{code: func(twofactor.Caller, twofactor.CodeInput) (twofactor.VerifyAnswer, error) {
		return twofactor.VerifyAnswer{Result: "approved", Assertion: "signed"}, &twofactor.Error{Code: twofactor.CodeCodeWrong}
	}}
	r := b.person("POST /v1/verify", `{"code":"123456"}`)
	if r.expect(t, "wrong", 403, twofactor.CodeCodeWrong); strings.Contains(r.Body, "signed") {
		t.Error("the assertion stands in the answer")
	}
}

func TestRedeemTakesAnAssertionOrACodeWithItsLoginAndNeverBoth(t *testing.T) {
	for body, want := range map[string]*twofactor.RedeemInput{
		`{"assertion":"a"}`:                {Assertion: "a"},
		`{"code":"c","login_id":"l"}`:      {Code: "c", LoginID: "l"},
		`{}`:                               nil,
		`{"code":"c"}`:                     nil,
		`{"login_id":"l"}`:                 nil,
		`{"assertion":"a","login_id":"l"}`: nil,
		`{"assertion":"a","code":"c","login_id":"l"}`: nil,
	} {
		b := newBench(t, Verify)
		var got *twofactor.RedeemInput
		b.deps.Verify = fakeVerify{redeem: func(in twofactor.RedeemInput) (twofactor.RedeemAnswer, error) {
			got = &in
			return twofactor.RedeemAnswer{}, nil
		}}
		r := b.platform("POST /v1/tenants/acme/assertions/redeem", body)
		if want == nil {
			r.expect(t, body, 422, twofactor.CodeInvalid)
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s reached the use case as something else", body)
		}
	}
}

func TestTimesAreWholeSecondsInUTCAndTheZeroTimeIsNull(t *testing.T) {
	east := time.FixedZone("", 2*3600)
	for text, at := range map[string]time.Time{
		"2026-03-04T12:00:00Z": time.Date(2026, 3, 4, 14, 0, 0, 999, east),
		"2099-12-31T23:59:59Z": time.Date(2099, 12, 31, 23, 59, 59, 0, time.UTC),
	} {
		if got := stamp(at); got == nil || *got != text {
			t.Errorf("%v became %v", at, got)
		}
	}
	if stamp(time.Time{}) != nil || roundUp(time.Time{}) != nil {
		t.Error("the zero time is not null")
	}
}

func TestAListOfKeysIsPaged(t *testing.T) {
	b := newBench(t, Directory)
	next := "c2"
	b.deps.Keys = fakeKeys{list: func(limit int, cursor string) ([]*twofactor.APIKey, string, error) {
		if limit != 7 || cursor != "c1" {
			t.Errorf("asked for %d after %q", limit, cursor)
		}
		return nil, next, nil
	}}
	sameJSON(t, "more", b.platform("GET /v1/keys?limit=7&cursor=c1", "").Body, `{"items":[],"next_cursor":"c2"}`)
	next = ""
	sameJSON(t, "end", b.platform("GET /v1/keys?cursor=c1&limit=7", "").Body, `{"items":[],"next_cursor":null}`)
	b.deps.Keys = fakeKeys{list: func(limit int, _ string) ([]*twofactor.APIKey, string, error) {
		if limit != 50 {
			t.Errorf("without a limit: %d", limit)
		}
		return nil, "", nil
	}}
	b.platform("GET /v1/keys", "").expect(t, "no limit", 200, "")
}
