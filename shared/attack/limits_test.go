package attack

import (
	"strconv"
	"strings"
	"testing"

	"sallyport/shared/twofactor"
)

// The gateway lets 10 KB of headers through, and a token stands in one.
func TestTheLongestLoginThatIsTakenGivesATokenThatIsRead(t *testing.T) {
	w := newTown(t)
	tenant, user := strings.Repeat("t", twofactor.MaxID), strings.Repeat("u", twofactor.MaxID)
	url := "https://app.example/" + strings.Repeat("r", 512-len("https://app.example/"))
	quotes := func(n int) string { return strconv.Quote(strings.Repeat(`"`, n)) }
	w.must(201, "PUT /v1/tenants/"+tenant, w.apiKey, `{"name":"T","return_urls":["`+url+`"]}`)
	amr := `["mfa"` + strings.Repeat(`,"`+strings.Repeat("x", 2000)+`"`, 19) + `]`
	more := `"return_url":"` + url + `","state":` + quotes(512)
	w.must(201, "PUT /v1/tenants/"+tenant+"/users/"+user, w.apiKey, `{"email":null,"role":"user","sign_in":"sso"}`)
	w.must(200, "POST /v1/tenants/"+tenant+"/users/"+user+"/activation", w.apiKey, `{"when":"now"}`)
	login := w.must(200, "POST /v1/tenants/"+tenant+"/logins", w.apiKey, `{"user":{"id":"`+user+`"},`+
		`"first_factor":{"method":"sso","idp":`+quotes(256)+`,"amr":`+amr+`},`+more+`}`)
	w.must(200, "GET /v1/login", login.text("login"), "")
	own := w.must(201, "POST /v1/tenants/"+tenant+"/users/"+user+"/self-service", w.apiKey, `{`+more+`}`)
	w.must(200, "GET /v1/session", own.text("token"), "")
}

func TestAStateThatNoURLAndNoTokenHoldsIsRefusedByName(t *testing.T) {
	w := newTown(t)
	w.settle()
	for _, state := range []string{strings.Repeat("s", 513), strings.Repeat("é", 257), `a\nb`, strings.Repeat("s", 20_000)} {
		for line, body := range map[string]string{
			"POST /v1/tenants/acme/logins":                  `{"user":{"id":"jane"},"first_factor":{"method":"password"},"state":"` + state + `"}`,
			"POST /v1/tenants/acme/users/jane/self-service": `{"state":"` + state + `"}`,
		} {
			if got := w.must(422, line, w.apiKey, body); !strings.Contains(got.body, `"/state"`) {
				t.Errorf("%s: %s", line, got.body)
			}
		}
	}
}

func TestEveryActionThatAPolicyCanProtectIsGated(t *testing.T) {
	w := newTown(t)
	w.settle()
	action := strings.Repeat("a", twofactor.MaxID)
	before := w.must(200, "GET /v1/tenants/acme/policy", w.apiKey, "").body
	after := strings.Replace(before, `["take_control","remote_background"]`, `["`+action+`"]`, 1)
	w.must(200, "PUT /v1/tenants/acme/policy", w.apiKey, after, append(w.asRoot(), "if-match", `"1"`)...)
	gate := w.must(200, "POST /v1/tenants/acme/users/jane/checks", w.apiKey, `{"action":"`+action+`"}`)
	if gate.text("decision") != "enroll" {
		t.Errorf("decision %s", gate.text("decision"))
	}
}
