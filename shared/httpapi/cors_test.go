package httpapi

import (
	"strings"
	"testing"
)

func TestPersonEndpointsAndKeysAnswerAnyOriginAndPlatformOnesNever(t *testing.T) {
	for _, route := range Routes() {
		want := route.Credential == CredentialPerson || route.Path == "/.well-known/jwks.json"
		if route.CORS != want {
			t.Errorf("%s: CORS is %v", route.Key(), route.CORS)
		}
		path := strings.NewReplacer("{tenant}", "acme", "{user}", "ann", "{id}", "x1").Replace(route.Path)
		for _, line := range []string{route.Method + " " + path, "BREW " + path, "OPTIONS " + path} {
			r := newBench(t, Pages).send(call{line: line, headers: map[string]string{"origin": "https://app.example", "access-control-request-method": route.Method}})
			if got := r.Headers["Access-Control-Allow-Origin"]; (got == "*") != want || (got != "" && got != "*") {
				t.Errorf("%s: Access-Control-Allow-Origin is %q", line, got)
			}
			if _, there := r.Headers["Access-Control-Allow-Credentials"]; there {
				t.Errorf("%s: credentials of the browser are allowed", line)
			}
		}
	}
}

func TestABrowserThatAsksFirstLearnsMethodsAndHeaders(t *testing.T) {
	r := newBench(t, Pages).send(call{line: "OPTIONS /v1/devices", headers: map[string]string{"origin": "https://app.example", "access-control-request-method": "DELETE"}})
	r.expect(t, "preflight", 204, "")
	for name, want := range map[string]string{
		"Access-Control-Allow-Origin":   "*",
		"Access-Control-Allow-Methods":  "DELETE, GET",
		"Access-Control-Allow-Headers":  "Authorization, Content-Type",
		"Access-Control-Expose-Headers": "Sallyport-Request-Id, Retry-After",
	} {
		if r.Headers[name] != want {
			t.Errorf("%s is %q, want %q", name, r.Headers[name], want)
		}
	}
	if r.Body != "" {
		t.Errorf("a body: %s", r.Body)
	}
}

func TestEveryAnswerCarriesTheSecurityHeaders(t *testing.T) {
	for _, c := range []struct {
		f    func(Deps) Handler
		line string
	}{
		{Pages, "GET /healthz"}, {Pages, "GET /nothing"}, {Pages, "PUT /healthz"}, {Verify, "POST /v1/verify"},
		{Pages, "OPTIONS /v1/login"}, {Directory, "GET /v1/tenants/acme"},
	} {
		r := newBench(t, c.f).send(call{line: c.line})
		for name, want := range map[string]string{
			"Cache-Control":          "no-store",
			"X-Content-Type-Options": "nosniff",
			"Referrer-Policy":        "no-referrer",
			"Sallyport-Request-Id":   "request-1",
		} {
			if r.Headers[name] != want {
				t.Errorf("%s: %s is %q, want %q", c.line, name, r.Headers[name], want)
			}
		}
	}
}

func TestJW14_ThePublicKeysMayBeCachedForFiveMinutesAndNeedNoCredential(t *testing.T) {
	b := newBench(t, Pages)
	r := b.send(call{line: "GET /.well-known/jwks.json"})
	r.expect(t, "jwks", 200, "")
	if r.Headers["Cache-Control"] != "public, max-age=300" || r.Body != `{"keys":[]}` || len(b.credentials) != 0 {
		t.Errorf("%v %s", r.Headers, r.Body)
	}
}

func TestHealthAndDescriptionAreServed(t *testing.T) {
	r := newBench(t, Pages).send(call{line: "GET /healthz"})
	if r.expect(t, "healthz", 200, ""); r.Body != `{"status":"ok"}` {
		t.Errorf("healthz: %s", r.Body)
	}
	r = newBench(t, Pages).send(call{line: "GET /openapi.yaml"})
	if r.expect(t, "openapi", 200, ""); r.Headers["Content-Type"] != "application/yaml" || !strings.HasPrefix(r.Body, "openapi: 3.1.") {
		t.Errorf("openapi: %v %.40s", r.Headers, r.Body)
	}
}
