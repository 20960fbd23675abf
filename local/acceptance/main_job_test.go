package acceptance

import (
	"context"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"sallyport/local/api"
)

// claims is what an assertion says, as a platform reads it.
type claims struct {
	jwt.Claims
	Tenant string   `json:"tid"`
	AMR    []string `json:"amr"`
	ACR    string   `json:"acr"`
}

// assertion checks a token against the published keys, as a platform does.
func (w *World) assertion(token string) claims {
	w.t.Helper()
	keys := w.Call(w.Platform.With(""), 200, "GET", "/.well-known/jwks.json", nil)
	set, err := readKeys(keys.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		w.t.Fatal(err)
	}
	if typ := parsed.Headers[0].ExtraHeaders["typ"]; typ != "sallyport+jwt" {
		w.t.Errorf("typ is %v", typ)
	}
	var c claims
	if err := parsed.Claims(set, &c); err != nil {
		w.t.Fatal(err)
	}
	if err := c.ValidateWithLeeway(jwt.Expected{Issuer: w.URL, AnyAudience: jwt.Audience{"demo-dashboard"}, Time: w.Now()}, 0); err != nil {
		w.t.Fatal(err)
	}
	return c
}

func TestAPersonSetsUpASecondFactorAndSignsInWithItTheNextDay(t *testing.T) {
	w := Start(t)
	tenant, jane := w.ID("acme"), w.ID("jane")
	path := "/v1/tenants/" + tenant
	w.Call(w.Platform, 201, "PUT", path, map[string]string{"name": "Acme", "support_email": "help@acme.example"})
	w.Call(w.Platform, 201, "PUT", path+"/users/boss", map[string]string{"email": w.Address("boss"), "role": "super_admin", "sign_in": "password"})
	w.Call(w.Platform, 201, "PUT", path+"/users/"+jane, map[string]string{"email": w.Address("jane"), "role": "user", "sign_in": "password"})
	w.Call(w.Platform, 200, "PUT", path+"/users/"+jane+"/requirement", map[string]string{"requirement": "required"}, api.Actor("boss", w.Now())...)

	first := map[string]any{"user": map[string]string{"id": jane}, "first_factor": map[string]string{"method": "password"}}
	login := w.Call(w.Platform, 200, "POST", path+"/logins", first)
	if login.Text("decision") != "enroll" || login.Text("reason") != "required_for_user" || login.Value("assertion") != nil {
		t.Fatalf("the first login: %s, %s", login.Text("decision"), login.Text("reason"))
	}
	person := w.Person(login.Text("login"))
	begun := w.Call(person, 201, "POST", "/v1/enrollment", nil)
	key := begun.Text("secret")
	w.Call(person, 200, "POST", "/v1/enrollment/confirm", map[string]string{"code": w.Code(key)})
	done := w.Call(person, 200, "POST", "/v1/enrollment/complete", map[string]bool{"backup_codes_saved": true})
	c := w.assertion(done.Text("assertion"))
	if c.Subject != jane || c.Tenant != tenant || c.ID != login.Text("login_id") || c.ACR != "2fa" {
		t.Errorf("the enrolment's assertion says %+v", c)
	}
	if mail := w.Mail(w.Address("jane"), "enrolled"); mail.Body.Text == "" || mail.Body.HTML == "" {
		t.Error("the mail about it has not both parts")
	}

	w.Advance(24 * time.Hour)
	login = w.Call(w.Platform, 200, "POST", path+"/logins", first)
	if login.Text("decision") != "verify" || login.Text("reason") != "factor_active" {
		t.Fatalf("the next day's login: %s, %s", login.Text("decision"), login.Text("reason"))
	}
	person = w.Person(login.Text("login"))
	code := w.Code(key)
	verified := w.Call(person, 200, "POST", "/v1/verify", map[string]string{"code": code})
	c = w.assertion(verified.Text("assertion"))
	if c.Subject != jane || c.ID != login.Text("login_id") || c.ACR != "2fa" || len(c.AMR) != 2 || c.AMR[0] != "otp" {
		t.Errorf("the login's assertion says %+v", c)
	}
	w.Call(person, 403, "POST", "/v1/verify", map[string]string{"code": code})
	redeem := map[string]string{"assertion": verified.Text("assertion")}
	if got := w.Call(w.Platform, 200, "POST", path+"/assertions/redeem", redeem); got.Text("user") != jane {
		t.Errorf("redeemed for %q", got.Text("user"))
	}
	w.Call(w.Platform, 410, "POST", path+"/assertions/redeem", redeem)
}

func TestOneCodeSentAHundredTimesAtOnceIsAcceptedOnce(t *testing.T) {
	w := Start(t)
	person, key := w.enrolled("acme", "jane")
	code := w.NextCode(key)
	const n = 100
	statuses := make(chan int, n)
	start := make(chan struct{})
	for range n {
		go func() {
			<-start
			a, err := person.Do(context.Background(), "POST", "/v1/verify", map[string]string{"code": code})
			if err != nil {
				a.Status = 0
			}
			statuses <- a.Status
		}()
	}
	close(start)
	accepted := 0
	for range n {
		switch status := <-statuses; status {
		case 200:
			accepted++
		case 403, 409, 410:
		default:
			t.Errorf("one was answered with %d", status)
		}
	}
	if accepted != 1 {
		t.Errorf("%d were accepted, want exactly 1", accepted)
	}
	again := w.login("acme", "jane")
	w.Call(w.Person(again.Text("login")), 200, "POST", "/v1/verify", map[string]string{"code": w.NextCode(key)})
}
