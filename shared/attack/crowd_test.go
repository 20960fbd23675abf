package attack

import (
	"encoding/base64"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"github.com/go-json-experiment/json"

	"sallyport/shared/boot"
	"sallyport/shared/httpapi"
	"sallyport/shared/twofactor"
)

// neighbour is one of many tenants that have a user of the same id.
type neighbour struct {
	id, issuer, email, own string
	hours                  int
}

// settleMany makes many tenants with names and policies of their own.
func (w *town) settleMany(many int) []neighbour {
	w.t.Helper()
	var all []neighbour
	for n := range many {
		v := neighbour{
			id: fmt.Sprintf("t%02d", n), issuer: fmt.Sprintf("Issuer %02d", n), email: fmt.Sprintf("same@t%02d.example", n), hours: n + 1,
		}
		at := "/v1/tenants/" + v.id
		w.must(201, "PUT "+at, w.apiKey, `{"name":"Tenant","issuer":"`+v.issuer+`"}`)
		w.must(201, "PUT "+at+"/users/root", w.apiKey, `{"email":null,"role":"super_admin","sign_in":"password"}`)
		w.must(201, "PUT "+at+"/users/same", w.apiKey, `{"email":"`+v.email+`","role":"user","sign_in":"password"}`)
		body := strings.Replace(policyBody, `"session_hours":24`, fmt.Sprintf(`"session_hours":%d`, v.hours), 1)
		w.must(200, "PUT "+at+"/policy", w.apiKey, body, append(w.asRoot(), "if-match", twofactor.PolicyETag(w.policyNumber(v.id)))...)
		v.own = w.must(201, "POST "+at+"/users/same/self-service", w.apiKey, `{}`).text("token")
		all = append(all, v)
	}
	return all
}

// TN-11: ten thousand interleaved requests of fifty tenants in one process.
// Nothing that stays warm between them belongs to another tenant.
func TestTN11FiftyTenantsInOneProcessNeverSeeEachOther(t *testing.T) {
	w := newTown(t)
	all := w.settleMany(50)
	const requests, workers = 10_000, 16
	var wait sync.WaitGroup
	for worker := range workers {
		wait.Go(func() {
			for i := worker; i < requests; i += workers {
				if wrong := w.visit(all[i%len(all)], i/len(all)); wrong != "" {
					t.Error(wrong)
				}
			}
		})
	}
	wait.Wait()
}

// visit sends the n-th request for a tenant, and says what in its answer is
// not that tenant's.
func (w *town) visit(v neighbour, n int) string {
	at := "/v1/tenants/" + v.id
	switch {
	case n%100 == 0:
		r := w.send("POST /v1/enrollment", v.own, `{}`)
		if r.text("issuer") != v.issuer || r.text("account") != v.email {
			return fmt.Sprintf("%s enrols %q at %q: %d", v.id, r.text("account"), r.text("issuer"), r.status)
		}
	case n%3 == 0:
		r := w.send("GET "+at+"/policy", w.apiKey, "")
		if r.member["session_hours"] != float64(v.hours) {
			return fmt.Sprintf("%s has %v hours, want %d: %d", v.id, r.member["session_hours"], v.hours, r.status)
		}
	case n%3 == 1:
		r := w.send("GET "+at+"/users/same", w.apiKey, "")
		if r.text("email") != v.email {
			return fmt.Sprintf("%s shows %q: %d", v.id, r.text("email"), r.status)
		}
	default:
		r := w.send("POST "+at+"/logins", w.apiKey, `{"user":{"id":"same"},"first_factor":{"method":"password"}}`)
		if tid := claims(r.text("assertion"))["tid"]; tid != v.id {
			return fmt.Sprintf("%s gets an assertion for %v: %d", v.id, tid, r.status)
		}
	}
	return ""
}

// claims reads an assertion without judging it.
func claims(assertion string) map[string]any {
	var members map[string]any
	if parts := strings.Split(assertion, "."); len(parts) == 3 {
		if payload, err := base64.RawURLEncoding.DecodeString(parts[1]); err == nil {
			_ = json.Unmarshal(payload, &members)
		}
	}
	return members
}

// AV-04: a flood on one person's token stays that person's: it is refused
// without a look into the records, and the others of the same tenant are all
// answered.
func TestAV04AFloodOnOnePersonCostsNobodyElse(t *testing.T) {
	w := newTown(t)
	w.settle()
	w.enrol("jane")
	jane, root := w.login("jane").text("login"), w.must(201, "POST /v1/tenants/acme/users/root/self-service", w.apiKey, `{}`).text("token")
	w.doors[httpapi.FunctionVerify] = boot.Parts{Deps: w.deps, Log: slog.New(slog.DiscardHandler), TenantRate: 100}.Verify()
	w.send("GET /v1/session", jane, "")
	looks := 0
	w.store.OnLoad(func([]twofactor.Want) error { looks++; return nil })
	answered := 0
	for range 10_000 {
		switch r := w.send("POST /v1/verify", jane, `{"code":"00000"}`); r.status {
		case 422:
			answered++
		case 429:
			if r.text("code") != "rate_limited" {
				t.Fatalf("refused as %s", r.text("code"))
			}
		default:
			t.Fatalf("%d %s", r.status, r.body)
		}
	}
	if answered > 2_000 || looks > 2*answered {
		t.Fatalf("%d of the flood were answered, with %d looks", answered, looks)
	}
	for range 100 {
		w.must(200, "GET /v1/session", root, "")
		w.must(200, "POST /v1/tenants/acme/logins", w.apiKey, `{"user":{"id":"root"},"first_factor":{"method":"password"}}`)
	}
}
