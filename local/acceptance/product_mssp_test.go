package acceptance

import (
	"slices"
	"testing"

	"sallyport/local/api"
)

// TestProductMSSPIsWhole lives what docs/products/mssp.md lists. owner is the
// super admin, ada and amy are admins, sid is a sub-admin, uma is a user.
func TestProductMSSPIsWhole(t *testing.T) {
	s := &mssp{product: open(t, "mssp"), own: map[string]phone{}}
	for _, u := range [][2]string{{"ada", "admin"}, {"amy", "admin"}, {"sid", "sub_admin"}, {"uma", "user"}} {
		s.has(u[0], u[1])
	}
	s.save("owner", 200, s.preset(map[string]any{"mode": "available"}))
	s.step("an admin switches it on in the profile", s.profile, 1, 2, 3, 4)
	s.step("each later sign-in asks for a code as well", s.asked, 2, 5, 6)
	s.step("only the super admin forces it for all admins", s.onlyOwner, 7)
	s.step("the super admin forces it for all admins", s.force, 7, 8, 9)
	s.step("forced admins set it up once they sign in", s.walled, 9, 11)
	s.step("the super admin lifts and sets it for one admin", s.single, 10, 12)
	s.step("an admin asks for a reset below the code field", s.request, 13, 14, 15)
	s.step("the super admin is told and sees the badge", s.badge, 16, 17, 18)
	s.step("the approved reset leads to a new set-up", s.approve, 19, 20)
	s.step("a request can be denied, or overtaken by the right code", s.otherEnds, 18)
	s.told()
}

type mssp struct {
	*product
	own map[string]phone
}

func (s *mssp) profile() {
	s.state("not_required", "ada")
	s.own["ada"] = s.enrols(s.selfService("ada"), "ada", nil)
	s.mailed("ada", "enrolled")
	s.state("active", "ada")
}

func (s *mssp) asked() {
	s.enters("ada", s.own["ada"].key)
	s.gate("ada", "take_control", "", "allow")
}

func (s *mssp) onlyOwner() {
	for _, other := range []string{"ada", "sid", "uma"} {
		s.refused(s.save(other, 403, s.preset(nil)), "forbidden")
	}
	s.refused(s.save("owner", 403, s.preset(nil)), "actor_not_enrolled")
	s.own["owner"] = s.enrols(s.selfService("owner"), "owner", nil)
	s.mailed("owner", "enrolled")
}

func (s *mssp) force() {
	s.save("owner", 200, s.preset(nil))
	s.state("pending", "amy", "sid")
	s.state("active", "ada", "owner")
	s.state("not_required", "uma")
}

func (s *mssp) walled() {
	login := s.signIn("amy")
	if login.Value("skippable") != false {
		s.t.Error("it can be put off")
	}
	s.own["amy"] = s.enrolsInLogin("amy", "required_by_tenant")
	s.mailed("amy", "enrolled")
	s.decided(s.signIn("sid"), "enroll", "required_by_tenant")
	s.decided(s.signIn("uma"), "allow", "not_required")
}

// enforce sets what the switch in an admin's form says.
func (s *mssp) enforce(actor, user, value string, status int) api.Answer {
	s.t.Helper()
	return s.Call(s.Platform, status, "PUT", s.user(user)+"/requirement", map[string]string{"requirement": value}, s.by(actor)...)
}

func (s *mssp) single() {
	s.refused(s.enforce("ada", "sid", "exempt", 403), "forbidden")
	s.refused(s.enforce("owner", "owner", "exempt", 403), "self_forbidden")
	s.enforce("owner", "sid", "exempt", 200)
	s.decided(s.signIn("sid"), "allow", "user_exempt")
	s.decided(s.signIn("amy"), "verify", "factor_active")
	s.enforce("owner", "sid", "required", 200)
	s.own["sid"] = s.enrolsInLogin("sid", "required_by_tenant")
	s.mailed("sid", "enrolled")
	s.enforce("owner", "uma", "required", 200)
	s.decided(s.signIn("uma"), "enroll", "required_for_user")
	s.enforce("owner", "uma", "inherit", 200)
	s.decided(s.signIn("uma"), "allow", "not_required")
}

// asks signs in as usual and asks for a reset where the code is asked for.
func (s *mssp) asks(user string) (id string) {
	s.t.Helper()
	login := s.signIn(user)
	s.decided(login, "verify", "factor_active")
	a := s.Call(s.Person(login.Text("login")), 202, "POST", "/v1/reset-requests", map[string]string{"reason": "My phone fell into a lake"})
	if a.Text("state") != "pending" {
		s.t.Errorf("the request is %q", a.Text("state"))
	}
	return a.Text("id")
}

// requests are those that the desk shows in a state: user by id.
func (s *mssp) requests(state string) map[string]string {
	s.t.Helper()
	a := s.Call(s.Platform, 200, "GET", s.path+"/reset-requests?state="+state, nil)
	return items(s.product, a, "id", func(one map[string]any) string { user, _ := one["user"].(string); return user })
}

func (s *mssp) request() {
	id := s.asks("ada")
	if again := s.asks("ada"); again != id {
		s.t.Error("a second request was opened")
	}
	if got := s.signIn("ada").Text("reset_request"); got != "pending" {
		s.t.Errorf("beside the field for the code the dashboard can show that the request is %q", got)
	}
	s.state("active", "ada")
}

func (s *mssp) badge() {
	s.mailed("owner", "reset_requested", "Account: The ada (ada)", "My phone fell into a lake")
	s.notMailed("amy", "reset_requested")
	if got := s.listed("reset_requested=true"); !slices.Equal(got, []string{"ada"}) {
		s.t.Errorf("badges stand beside %q", got)
	}
	if ada := s.shows("ada"); ada.Value("reset_requested") != true || ada.Text("reset_request", "state") != "pending" {
		s.t.Errorf("ada's badge is %v", ada.Value("reset_request"))
	}
}
