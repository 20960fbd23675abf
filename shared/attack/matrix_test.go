package attack

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"sallyport/shared/httpapi"
	"sallyport/shared/twofactor"
)

// right is what a platform call needs, as contract §1 and §3 have it.
type right struct {
	// line is the route, with {t} and {u} for the tenant and an ordinary user.
	line, body string
	scope      twofactor.Scope
	// perms are those of which one suffices for an actor; none asks for none.
	perms []twofactor.Permission
	// actor makes an actor necessary, recent his fresh check too.
	actor, recent bool
}

const (
	tenantAt = "/v1/tenants/{t}"
	userAt   = tenantAt + "/users/{u}"
)

func anyOf(perms ...twofactor.Permission) []twofactor.Permission { return perms }

// rights lists every platform call. What takes something away stands last.
func rights() []right {
	write, reports, desk := anyOf(twofactor.PermPolicyWrite), anyOf(twofactor.PermReportsRead), anyOf(twofactor.PermResetsDecide)
	policy := anyOf(twofactor.PermPolicyWrite, twofactor.PermPolicySwitchOn, twofactor.PermPolicySwitchOff)
	require, lift := anyOf(twofactor.PermRequirementsRequire), anyOf(twofactor.PermRequirementsLift)
	reset := anyOf(twofactor.PermFactorsReset)
	login, users, admin, keys := twofactor.ScopeLogin, twofactor.ScopeUsers, twofactor.ScopeAdmin, twofactor.ScopeKeys
	return []right{
		{"POST " + tenantAt + "/logins", `{"user":{"id":"ann"},"first_factor":{"method":"password"}}`, login, nil, false, false},
		{"POST " + tenantAt + "/assertions/redeem", `{"assertion":"a"}`, login, nil, false, false},
		{"POST " + userAt + "/self-service", ``, login, nil, false, false},
		{"POST " + userAt + "/checks", `{"action":"take_control","session":{}}`, login, nil, false, false},
		{"POST " + userAt + "/activation", `{"when":"later"}`, login, nil, false, false},
		{"POST " + userAt + "/enrollment-link", `{"deliver":"return"}`, admin, anyOf(twofactor.PermLinksWrite), true, true},
		{"GET " + tenantAt + "/policy", ``, admin, policy, false, false},
		{"PUT " + tenantAt + "/policy", policyBody, admin, policy, true, true},
		{"POST " + tenantAt + "/policy/preview", policyBody, admin, policy, true, false},
		{"PUT " + userAt + "/requirement", `{"requirement":"required"}`, admin, require, true, true},
		{"PUT " + userAt + "/requirement", `{"requirement":"inherit"}`, admin, lift, true, true},
		{"POST " + tenantAt + "/requirements", `{"users":["ann"],"requirement":"required"}`, admin, require, true, true},
		{"POST " + tenantAt + "/requirements", `{"users":["ann"],"requirement":"exempt"}`, admin, lift, true, true},
		{"GET " + userAt + "/explanation", ``, users, reports, false, false},
		{"POST " + tenantAt + "/reminders", ``, admin, require, true, false},
		{"GET " + tenantAt + "/reminders/r1", ``, admin, require, false, false},
		{"GET /v1/presets", ``, "", nil, false, false},
		{"POST " + userAt + "/unlock", ``, admin, reset, true, true},
		{"POST " + userAt + "/reset", `{"reason":"lost"}`, admin, reset, true, true},
		{"GET " + tenantAt + "/reset-requests", ``, admin, desk, false, false},
		{"POST " + tenantAt + "/reset-requests/r1/approve", ``, admin, desk, true, true},
		{"POST " + tenantAt + "/reset-requests/r1/deny", ``, admin, desk, true, true},
		{"GET " + tenantAt, ``, admin, reports, false, false},
		{"PUT " + tenantAt, `{"name":"Acme"}`, admin, write, true, true},
		{"GET " + tenantAt + "/users", ``, users, reports, false, false},
		{"GET " + userAt, ``, users, reports, false, false},
		{"PUT " + userAt, `{"email":null,"role":"user","sign_in":"password"}`, users, nil, false, false},
		{"POST " + tenantAt + "/users/batch", `{"users":[{"id":"bob","email":null,"role":"user","sign_in":"password"}]}`, users, nil, false, false},
		{"GET " + tenantAt + "/summary", ``, users, reports, false, false},
		{"GET " + tenantAt + "/events", ``, admin, reports, false, false},
		{"POST /v1/keys", `{"name":"n","audience":"dash","scopes":["keys"],"tenants":["*"]}`, keys, nil, false, false},
		{"GET /v1/keys", ``, keys, nil, false, false},
		{"PATCH /v1/keys/none", `{}`, keys, nil, false, false},
		{"DELETE /v1/keys/none", ``, keys, nil, false, false},
		{"DELETE " + userAt, ``, users, nil, false, false},
		{"DELETE " + tenantAt, ``, admin, write, true, true},
	}
}

// in writes the line for one tenant and its ordinary user.
func (r right) in(tenant string) string {
	return strings.NewReplacer("{t}", tenant, "{u}", "ann").Replace(r.line)
}

// stage makes a tenant with a super admin called root, a user called ann and
// one called actor with that role.
func (w *town) stage(tenant, role string) {
	w.t.Helper()
	w.must(201, "PUT /v1/tenants/"+tenant, w.apiKey, `{"name":"Acme"}`)
	for user, as := range map[string]string{"root": twofactor.RoleSuperAdmin, "ann": twofactor.RoleUser, "actor": role} {
		w.must(201, "PUT /v1/tenants/"+tenant+"/users/"+user, w.apiKey, `{"email":null,"role":"`+as+`","sign_in":"password"}`)
	}
}

// acting are the headers of a call for a user who authenticated ago.
func (w *town) acting(user string, ago time.Duration) []string {
	return []string{"sallyport-actor", user, "sallyport-actor-authenticated-at", w.clock().Add(-ago).Format(time.RFC3339)}
}

// grantAlone gives one permission to the role holder.
func (w *town) grantAlone(tenant string, permission twofactor.Permission) {
	w.t.Helper()
	body := strings.Replace(policyBody, `"`+string(permission)+`":[]`, `"`+string(permission)+`":["holder"]`, 1)
	more := append(w.acting("root", 0), "if-match", twofactor.PolicyETag(w.policyNumber(tenant)))
	w.must(200, "PUT /v1/tenants/"+tenant+"/policy", w.apiKey, body, more...)
}

func (w *town) policyNumber(tenant string) uint64 {
	w.t.Helper()
	number, _ := w.must(200, "GET /v1/tenants/"+tenant+"/policy", w.apiKey, "").member["version"].(float64)
	return uint64(number)
}

// policyBody is a policy in which nobody but super admins holds anything.
const policyBody = `{"mode":"available","roles":["*"],"user_overrides":"allowed","self_service":true,"grace_days":0,"max_deferrals":3,
"sso":"trusted_with_amr","idps":[],"email_verification":"never","recovery":"sign_in","backup_codes":10,"remember_device_days":0,
"skew_steps":1,"session_hours":24,"admin_proof":"attested","protected_actions":["take_control"],"clients":"own","permissions":{
"policy.write":[],"policy.switch_on":[],"policy.switch_off":[],"requirements.require":[],"requirements.lift":[],"links.write":[],
"factors.reset":[],"resets.decide":[],"reports.read":[]}}`

// refusedAs is the code of a refusal that is about who calls; "" for every
// other answer.
func refusedAs(r reply) string {
	if r.status == 401 || r.status == 403 {
		return r.text("code")
	}
	return ""
}

func TestAZ02TheRightsNameEveryPlatformRoute(t *testing.T) {
	named := map[string]bool{}
	for _, r := range rights() {
		method, path, _ := strings.Cut(r.in("acme"), " ")
		route, found := httpapi.Find(method, path)
		if !found {
			t.Errorf("%s is no route", r.line)
		}
		named[route.Key()] = true
	}
	for _, route := range httpapi.Routes() {
		if platform := route.Credential == httpapi.CredentialPlatform; platform != named[route.Key()] {
			t.Errorf("%s: in the list %v", route.Key(), named[route.Key()])
		}
	}
}

func TestAZ02EveryRouteNeedsItsScopeAndNoOther(t *testing.T) {
	w := newTown(t)
	all := []twofactor.Scope{twofactor.ScopeLogin, twofactor.ScopeUsers, twofactor.ScopeAdmin, twofactor.ScopeKeys}
	for _, lacking := range all {
		tenant := "without-" + string(lacking)
		w.stage(tenant, twofactor.RoleUser)
		var rest []string
		for _, scope := range all {
			if scope != lacking {
				rest = append(rest, `"`+string(scope)+`"`)
			}
		}
		key := w.must(201, "POST /v1/keys", w.apiKey, `{"name":"n","audience":"dash","scopes":[`+strings.Join(rest, ",")+`],"tenants":["*"]}`).text("key")
		for _, r := range rights() {
			want := ""
			if r.scope == lacking {
				want = string(twofactor.CodeForbidden)
			}
			if got := refusedAs(w.send(r.in(tenant), key, r.body, w.acting("root", 0)...)); got != want && !ownReasons(r, got) {
				t.Errorf("%s without %s: %q, want %q", r.line, lacking, got, want)
			}
		}
	}
}

// ownReasons: redeeming nonsense is refused as unauthenticated by whoever may.
func ownReasons(r right, code string) bool {
	return strings.HasSuffix(r.line, "/redeem") && code == string(twofactor.CodeUnauthenticated)
}

func TestAZ02EveryRouteIsOpenToTheRolesThatHoldItsPermissionAndToNoOther(t *testing.T) {
	w := newTown(t)
	holders := map[string][]twofactor.Permission{twofactor.RoleSuperAdmin: twofactor.AllPermissions, twofactor.RoleAdmin: nil, twofactor.RoleUser: nil}
	for _, permission := range twofactor.AllPermissions {
		holders["holder of "+string(permission)] = anyOf(permission)
	}
	tried := 0
	for name, holds := range holders {
		tenant, role := fmt.Sprintf("t%d", tried), name
		if strings.HasPrefix(name, "holder") {
			role = "holder"
		}
		w.stage(tenant, role)
		w.grantAlone(tenant, "")
		if role == "holder" {
			w.grantAlone(tenant, holds[0])
		}
		for _, r := range rights() {
			tried++
			want := ""
			if len(r.perms) > 0 && !slices.ContainsFunc(holds, func(p twofactor.Permission) bool { return slices.Contains(r.perms, p) }) {
				want = string(twofactor.CodeForbidden)
			}
			if got := refusedAs(w.send(r.in(tenant), w.apiKey, r.body, w.acting("actor", 0)...)); got != want && !ownReasons(r, got) {
				t.Errorf("%s by %s: %q, want %q", r.line, name, got, want)
			}
		}
	}
	if want := len(rights()) * len(holders); tried != want {
		t.Errorf("%d cells were tried, want %d", tried, want)
	}
}

func TestAZ02WithoutAnActorOrHisFreshCheckARouteThatNeedsItIsClosed(t *testing.T) {
	w := newTown(t)
	w.stage("acme", twofactor.RoleUser)
	for _, r := range rights() {
		if !r.actor {
			continue
		}
		if got := refusedAs(w.send(r.in("acme"), w.apiKey, r.body)); got != string(twofactor.CodeActorRequired) {
			t.Errorf("%s without an actor: %q", r.line, got)
		}
		want := ""
		if r.recent {
			want = string(twofactor.CodeReauthenticationRequired)
		}
		if got := refusedAs(w.send(r.in("acme"), w.apiKey, r.body, w.acting("root", 6*time.Minute)...)); got != want {
			t.Errorf("%s with an old check: %q, want %q", r.line, got, want)
		}
	}
}
