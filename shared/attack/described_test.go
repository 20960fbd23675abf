package attack

import (
	"fmt"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"sallyport/shared/httpapi"
)

// bounded is a member of a request's body whose longest value stands in
// openapi.yaml.
type bounded struct {
	line, member string
	// body has %s where the value belongs, in its quotes.
	body string
	// value makes a good value of n characters; nil repeats a letter.
	value func(n int) string
	// taken is the status that the longest value gets.
	taken int
}

// address is a plain address of n characters.
func address(n int) string {
	host := strings.Repeat("h", 50) + "." + strings.Repeat("o", 50) + "." + strings.Repeat("s", 50) + ".example"
	return strings.Repeat("a", 64) + "@" + strings.Repeat("d", n-66-len(host)) + "." + host
}

// tag is a language tag of n characters.
func tag(n int) string { return strings.Repeat("abcdefgh-", n)[:n] }

func boundedMembers() []bounded {
	tenant, entry := "PUT /v1/tenants/{tenant}", "PUT /v1/tenants/{tenant}/users/{user}"
	login := "POST /v1/tenants/{tenant}/logins"
	return []bounded{
		{tenant, "name", `{"name":%s}`, nil, 200},
		{tenant, "issuer", `{"name":"Acme","issuer":%s}`, nil, 200},
		{tenant, "support_email", `{"name":"Acme","support_email":%s}`, address, 200},
		{entry, "name", `{"email":null,"role":"user","sign_in":"password","name":%s}`, nil, 200},
		{entry, "email", `{"email":%s,"role":"user","sign_in":"password"}`, address, 200},
		{entry, "role", `{"email":null,"role":%s,"sign_in":"password"}`, nil, 200},
		{entry, "locale", `{"email":null,"role":"user","sign_in":"password","locale":%s}`, tag, 200},
		{login, "user.name", `{"user":{"id":"jane","name":%s},"first_factor":{"method":"password"}}`, nil, 200},
		{login, "user.email", `{"user":{"id":"jane","email":%s},"first_factor":{"method":"password"}}`, address, 200},
		{login, "first_factor.idp", `{"user":{"id":"jane"},"first_factor":{"method":"sso","idp":%s}}`, nil, 200},
		{login, "state", `{"user":{"id":"jane"},"first_factor":{"method":"password"},"state":%s}`, nil, 200},
		{"POST /v1/tenants/{tenant}/users/{user}/self-service", "state", `{"state":%s}`, nil, 201},
		{"POST /v1/tenants/{tenant}/users/{user}/checks", "action", `{"action":%s}`, nil, 200},
		{"PUT /v1/tenants/{tenant}/users/{user}/requirement", "reason", `{"requirement":"required","reason":%s}`, nil, 200},
		{"POST /v1/tenants/{tenant}/requirements", "reason", `{"users":["jane"],"requirement":"required","reason":%s}`, nil, 200},
		{"POST /v1/tenants/{tenant}/users/{user}/reset", "reason", `{"reason":%s}`, nil, 200},
		{"POST /v1/tenants/{tenant}/reset-requests/{id}/deny", "note", `{"note":%s}`, nil, 404},
		{"POST /v1/keys", "name", `{"audience":"dash","scopes":["login"],"tenants":["*"],"name":%s}`, nil, 201},
		{"POST /v1/keys", "audience", `{"name":"k","scopes":["login"],"tenants":["*"],"audience":%s}`, nil, 403},
	}
}

// longest is the maxLength of a member, with dots between members of members.
func longest(t *testing.T, doc *openapi3.T, line, member string) int {
	t.Helper()
	method, path, _ := strings.Cut(line, " ")
	schema := doc.Paths.Value(path).GetOperation(method).RequestBody.Value.Content.Get("application/json").Schema
	for name := range strings.SplitSeq(member, ".") {
		schema = schema.Value.Properties[name]
	}
	if schema.Value.MaxLength == nil {
		t.Fatalf("%s: the length of %s is not described", line, member)
	}
	return int(*schema.Value.MaxLength)
}

func TestALongestValueIsTakenAndALongerOneRefusedAsTheDescriptionSays(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(httpapi.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	w := newTown(t)
	w.settle()
	path := strings.NewReplacer("{tenant}", "acme", "{user}", "jane", "{id}", strings.Repeat("0", 26))
	for _, b := range boundedMembers() {
		value := b.value
		if value == nil {
			value = func(n int) string { return strings.Repeat("x", n) }
		}
		n := longest(t, doc, b.line, b.member)
		for length, want := range map[int]int{n: b.taken, n + 1: 422} {
			got := w.send(path.Replace(b.line), w.apiKey, fmt.Sprintf(b.body, `"`+value(length)+`"`), w.asRoot()...)
			if got.status != want {
				t.Errorf("%s: %s of %d: %d, want %d: %.300s", b.line, b.member, length, got.status, want, got.body)
			}
		}
	}
}
