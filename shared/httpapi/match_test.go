package httpapi

import (
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"sallyport/shared/twofactor"
)

func TestIN10_APathInAnotherSpellingIsNoPathOfTheAPI(t *testing.T) {
	for _, path := range []string{
		"//v1/login", "/v1//login", "/v1/login/", "/V1/login", "/v1/Login", "/v1/login%00", "/v1/%6Cogin",
		"/v1/./login", "/v1/../v1/login", "/v1/%2e%2e/v1/login", "/v1", "/", "", "v1/login",
		"/v1/tenants/", "/v1/tenants//users/ann", "/v1/tenants/acme/users/", "/v1/tenants/acme/users/ann/",
		"/v1/tenants/%2e%2e", "/v1/tenants/..", "/v1/tenants/.", "/v1/tenants/a%2Fb", "/v1/tenants/a%00", "/v1/tenants/%zz",
		"/v1/tenants/acme/users/ann/%2e%2e/requirement",
	} {
		for _, f := range []func(Deps) Handler{Verify, Enroll, Policy, Reset, Directory, Pages} {
			b := newBench(t, f)
			r := b.platform("GET "+path, "")
			r.expect(t, path, 404, twofactor.CodeNotFound)
			if len(b.credentials) > 0 {
				t.Errorf("%s: the credential was looked at", path)
			}
		}
	}
}

func TestPathsAreDecodedOnce(t *testing.T) {
	for sent, want := range map[string]string{
		"ann": "ann", "ann%40example.com": "ann@example.com", "ann@example.com": "ann@example.com",
		"a%2Bb": "a+b", "a+b": "a+b", "a:b": "a:b", "%61nn": "ann",
	} {
		b := newBench(t, Directory)
		var got twofactor.Ref
		b.deps.Users = fakeUsers{get: func(_ twofactor.Caller, ref twofactor.Ref) (twofactor.UserView, error) {
			got = ref
			return twofactor.UserView{}, nil
		}}
		b.platform("GET /v1/tenants/acme/users/"+sent, "").expect(t, sent, 200, "")
		if got != (twofactor.Ref{Tenant: "acme", User: want}) {
			t.Errorf("%s became %v", sent, got)
		}
	}
}

func TestTN04_IN12_AnIdThatIsNotInTheGrammarIsInvalidAndNamed(t *testing.T) {
	long := strings.Repeat("a", 129)
	for _, id := range []string{"%2561", "a%23b", "a%7Cb", "a%20b", "-a", "_a", ".a", "a%0Ab", "%C3%A9", "%EF%BC%91", "a%22OR%22b", "a,b", "a=b", "a*", long, strings.Repeat("a", 2048)} {
		b := newBench(t, Directory)
		r := b.platform("GET /v1/tenants/acme/users/"+id, "")
		r.expect(t, id, 422, twofactor.CodeInvalid)
		if r.pointer() != "/path/user" {
			t.Errorf("%s: points at %v", id, r.pointer())
		}
		if r := b.platform("GET /v1/tenants/"+id, ""); r.pointer() != "/path/tenant" {
			t.Errorf("tenant %s: points at %v", id, r.pointer())
		}
	}
}

func TestAZ06_AMethodThatAPathDoesNotHaveHasNoEffectAndIsTold(t *testing.T) {
	for line, allow := range map[string]string{
		"HEAD /v1/verify":                         "OPTIONS, POST",
		"TRACE /v1/verify":                        "OPTIONS, POST",
		"GET /v1/verify":                          "OPTIONS, POST",
		"POST /v1/devices":                        "DELETE, GET, OPTIONS",
		"PATCH /v1/tenants/acme":                  "DELETE, GET, PUT",
		"OPTIONS /v1/tenants/acme":                "DELETE, GET, PUT",
		"POST /v1/tenants/acme/users/ann":         "DELETE, GET, PUT",
		"HEAD /v1/tenants/acme/users/ann/reset":   "POST",
		"DELETE /v1/tenants/acme/policy":          "GET, PUT",
		"get /healthz":                            "GET",
		"CONNECT /v1/tenants/acme/users/a/unlock": "POST",
	} {
		for _, f := range []func(Deps) Handler{Pages, Verify} {
			b := newBench(t, f)
			r := b.platform(line, "")
			r.expect(t, line, 405, twofactor.CodeMethodNotAllowed)
			if r.Headers["Allow"] != allow {
				t.Errorf("%s: Allow is %q, want %q", line, r.Headers["Allow"], allow)
			}
		}
	}
}

func TestAZ06_IN09_HeadersDoNotChangeTheMethodTheHostOrTheAddress(t *testing.T) {
	b := newBench(t, Directory)
	var seen twofactor.Caller
	b.deps.Users = fakeUsers{get: func(c twofactor.Caller, _ twofactor.Ref) (twofactor.UserView, error) {
		seen = c
		return twofactor.UserView{}, &twofactor.Error{Code: twofactor.CodeUserNotFound}
	}}
	r := b.platform("GET /v1/tenants/acme/users/ann", "",
		"x-http-method-override", "DELETE", "x-method-override", "DELETE", "host", "evil.example", "x-forwarded-host", "evil.example",
		"x-forwarded-for", "203.0.113.1", "x-tenant-id", "other", "x-amzn-trace-id", "Root=evil")
	r.expect(t, "overridden", 404, twofactor.CodeUserNotFound)
	if seen.IP != "192.0.2.7" || r.member["type"] != "https://two.example/problems/user_not_found" || strings.Contains(r.Body, "evil") {
		t.Errorf("a header had an effect: caller %v, body %s", seen, r.Body)
	}
}

func TestAFunctionAnswersOnlyItsOwnRoutes(t *testing.T) {
	all := map[Function]func(Deps) Handler{
		FunctionVerify: Verify, FunctionEnroll: Enroll, FunctionPolicy: Policy,
		FunctionReset: Reset, FunctionDirectory: Directory, FunctionPages: Pages,
	}
	for _, route := range Routes() {
		path := strings.NewReplacer("{tenant}", "acme", "{user}", "ann", "{id}", "x1").Replace(route.Path)
		for name, f := range all {
			if name == route.Function {
				continue
			}
			newBench(t, f).platform(route.Method+" "+path, "").expect(t, string(name)+" "+path, 404, twofactor.CodeNotFound)
		}
	}
}

func TestAWordInTheTableBeatsAParameter(t *testing.T) {
	if f := match("POST", "/v1/tenants/acme/users/batch"); f.route == nil || f.route.Path != tenantPath+"/users/batch" {
		t.Errorf("users/batch was taken for %v", f.route)
	}
}

func TestAStageInFrontOfThePathIsNotPartOfIt(t *testing.T) {
	for _, c := range []struct{ stage, raw, want string }{
		{"$default", "/v1/login", "/v1/login"},
		{"", "/v1/login", "/v1/login"},
		{"live", "/live/v1/login", "/v1/login"},
		{"live", "/v1/login", "/v1/login"},
		{"live", "/liver/v1/login", "/liver/v1/login"},
	} {
		var e events.APIGatewayV2HTTPRequest
		e.RawPath, e.RequestContext.Stage = c.raw, c.stage
		if got := path(e); got != c.want {
			t.Errorf("stage %q, path %q: got %q, want %q", c.stage, c.raw, got, c.want)
		}
	}
}
