package conform

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"sallyport/shared/httpapi"
)

// reading it takes a while, so the tests share one.
var shared = sync.OnceValues(New)

func checker(t *testing.T) *Checker {
	t.Helper()
	c, err := shared()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheDescriptionIsValidOpenAPIWithItsExamples(t *testing.T) {
	if c := checker(t); !c.Doc().IsOpenAPI31OrLater() {
		t.Errorf("it is OpenAPI %s", c.Doc().OpenAPI)
	}
}

func TestTheDescriptionAndTheTableHaveTheSameRoutes(t *testing.T) {
	var described, there []string
	for path, item := range checker(t).Doc().Paths.Map() {
		for method := range item.Operations() {
			described = append(described, method+" "+path)
		}
	}
	for _, r := range httpapi.Routes() {
		there = append(there, r.Key())
	}
	slices.Sort(described)
	slices.Sort(there)
	if !slices.Equal(described, there) {
		t.Errorf("described: %q\nin the table: %q", described, there)
	}
}

func TestEachOperationSaysWhichFunctionAnswersAndWhichCredentialItNeeds(t *testing.T) {
	doc := checker(t).Doc()
	for _, r := range httpapi.Routes() {
		op := doc.Paths.Value(r.Path).GetOperation(r.Method)
		if !slices.Equal(op.Tags, []string{string(r.Function)}) {
			t.Errorf("%s: tags %q", r.Key(), op.Tags)
		}
		var schemes []string
		if op.Security != nil {
			for _, requirement := range *op.Security {
				for name := range requirement {
					schemes = append(schemes, name)
				}
			}
		}
		want := []string{string(r.Credential)}
		if r.Credential == httpapi.CredentialNone {
			want = nil
		}
		if !slices.Equal(schemes, want) {
			t.Errorf("%s: security %q, want %q", r.Key(), schemes, want)
		}
		idempotent := false
		for _, p := range op.Parameters {
			idempotent = idempotent || p.Value.Name == "Idempotency-Key"
		}
		if idempotent != r.Idempotent() {
			t.Errorf("%s: Idempotency-Key described: %v", r.Key(), idempotent)
		}
	}
}

func TestEveryCallDescribesWhatTheDoorItselfCanAnswer(t *testing.T) {
	doc := checker(t).Doc()
	for _, r := range httpapi.Routes() {
		want := []string{"400", "413", "415", "503"}
		if r.Credential != httpapi.CredentialNone {
			want = append(want, "401")
		}
		if strings.Contains(r.Path, "{") {
			want = append(want, "404", "422")
		}
		responses := doc.Paths.Value(r.Path).GetOperation(r.Method).Responses.Map()
		for _, status := range want {
			if responses[status] == nil {
				t.Errorf("%s does not describe %s", r.Key(), status)
			}
		}
	}
}

func TestAnAnswerThatIsNotDescribedIsFound(t *testing.T) {
	c := checker(t)
	good := http.Header{"Content-Type": {"application/json"}, "Sallyport-Request-Id": {"r1"}}
	if err := c.Answer("GET", "/healthz", 200, good, []byte(`{"status":"ok"}`)); err != nil {
		t.Errorf("a described answer: %v", err)
	}
	for about, err := range map[string]error{
		"another status":  c.Answer("GET", "/healthz", 201, good, []byte(`{"status":"ok"}`)),
		"another body":    c.Answer("GET", "/healthz", 200, good, []byte(`{"status":"no"}`)),
		"a member less":   c.Answer("GET", "/healthz", 200, good, []byte(`{}`)),
		"no request id":   c.Answer("GET", "/healthz", 200, http.Header{"Content-Type": {"application/json"}}, []byte(`{"status":"ok"}`)),
		"another media":   c.Answer("GET", "/healthz", 200, http.Header{"Content-Type": {"text/plain"}, "Sallyport-Request-Id": {"r1"}}, []byte(`{"status":"ok"}`)),
		"an unknown path": c.Answer("GET", "/nothing", 200, good, []byte(`{}`)),
		"a wrong code": c.Answer("GET", "/v1/login", 401, http.Header{"Content-Type": {"application/problem+json"}, "Sallyport-Request-Id": {"r1"}, "Www-Authenticate": {"Bearer"}},
			[]byte(`{"type":"https://a/problems/code_wrong","title":"t","status":401,"detail":"d","code":"code_wrong","request_id":"r1"}`)),
	} {
		if err == nil {
			t.Errorf("%s: not found", about)
		}
	}
	if err := c.Answer("GET", "/nothing", 404, nil, []byte(`{"code":"not_found"}`)); err != nil {
		t.Errorf("a path that is not there: %v", err)
	}
}
