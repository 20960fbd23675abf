package acceptance

import (
	"slices"
	"testing"
	"time"

	"sallyport/local/api"
)

// TestProductRMMDashboardIsWhole lives what docs/products/rmm-dashboard.md
// lists. ada is an administrator; tom, tim, tess, tina and todd are
// technicians.
func TestProductRMMDashboardIsWhole(t *testing.T) {
	s := &rmm{product: open(t, "rmm-dashboard"), own: map[string]phone{}}
	s.has("ada", "admin")
	for _, user := range []string{"tom", "tim", "tess", "tina", "todd"} {
		s.has(user, "technician")
	}
	s.save("owner", 200, s.preset(map[string]any{"mode": "available"}))
	s.step("managing it takes a role that may", s.onlyPrivileged, 3, 7, 8)
	s.step("a role is given a permission", s.givesPermission, 8)
	s.step("several users are set as required, confirmed with the password", s.setAsRequired, 2, 3, 11, 12, 13)
	s.step("they set it up at their next sign-in", s.nextSignIn, 6, 14)
	s.step("the list of users shows who is active and who is pending", s.list, 19, 20)
	s.step("a user switches it on from the menu under his name", s.menu, 16, 17, 18)
	s.step("a connection asks to set it up first", s.dialog, 4, 5, 21, 22, 23, 24)
	s.step("the dialog's later runs out", s.later, 24)
	s.step("the dialog's now ends the session", s.now, 4, 5, 23, 25)
	s.step("the code is asked at the sign-in only", s.oncePerSession, 21, 26)
	s.step("the administrator requires it of everyone", s.everyone, 1, 3, 9)
	s.step("everyone is asked at the next sign-in", s.walled, 1, 6, 10)
	s.step("required of everyone, it cannot be changed for one", s.locked, 15)
	s.step("the administrator helps who lost the phone", s.help)
	s.told()
}

type rmm struct {
	*product
	own map[string]phone
	// since is when it was required of everyone.
	since time.Time
}

func (s *rmm) help() {
	s.helped("tom", "ada", "ada", "owner")
	s.Call(s.Platform, 201, "POST", s.user("tom")+"/enrollment-link", map[string]string{"deliver": "return"}, s.by("ada")...)
}

func (s *rmm) onlyPrivileged() {
	s.refused(s.save("tom", 403, s.preset(nil)), "forbidden")
	body := map[string]any{"users": []string{"tim"}, "requirement": "required"}
	s.refused(s.Call(s.Platform, 403, "POST", s.path+"/requirements", body, s.by("tom")...), "forbidden")
	s.refused(s.Call(s.Platform, 403, "PUT", s.user("tim")+"/requirement", map[string]string{"requirement": "required"}, s.by("tom")...), "forbidden")
	s.refused(s.Call(s.Platform, 403, "POST", s.path+"/requirements", body), "actor_required")
	s.state("not_required", "tim", "tom")
}

func (s *rmm) givesPermission() {
	roles := s.preset(map[string]any{"mode": "available"})
	given, _ := roles["permissions"].(map[string]any)
	given["requirements.require"] = []string{"admin", "technician"}
	s.save("ada", 200, roles)
	s.requires("tom", []string{"tina"}, "required")
	s.state("pending", "tina")
	s.save("ada", 200, s.preset(map[string]any{"mode": "available"}))
	s.requires("ada", []string{"tina"}, "inherit")
	s.state("not_required", "tina")
	s.refused(s.Call(s.Platform, 403, "PUT", s.user("tina")+"/requirement", map[string]string{"requirement": "required"}, s.by("tom")...), "forbidden")
}

func (s *rmm) setAsRequired() {
	body := map[string]any{"users": []string{"tom", "tim"}, "requirement": "required"}
	long := api.Actor("ada", s.Now().Add(-6*time.Minute))
	s.refused(s.Call(s.Platform, 403, "POST", s.path+"/requirements", body, long...), "reauthentication_required")
	s.state("not_required", "tom", "tim")
	for user, status := range s.requires("ada", []string{"tom", "tim"}, "required") {
		if status != 200 {
			s.t.Errorf("%s: %v", user, status)
		}
	}
	s.state("pending", "tom", "tim")
	s.state("not_required", "tess", "tina")
}

func (s *rmm) nextSignIn() {
	s.own["tom"] = s.enrolsInLogin("tom", "required_for_user")
	s.provedMailbox("tom", 1)
	s.mailed("tom", "enrolled")
	s.decided(s.signIn("tina"), "allow", "not_required")
}

func (s *rmm) list() {
	s.state("active", "tom")
	s.state("pending", "tim")
	if got := s.listed("state=active"); !slices.Equal(got, []string{"tom"}) {
		s.t.Errorf("active: %q", got)
	}
	if got := s.listed("state=pending"); !slices.Equal(got, []string{"tim"}) {
		s.t.Errorf("pending: %q", got)
	}
	if got := s.listed("role=technician"); len(got) != 5 {
		s.t.Errorf("technicians: %q", got)
	}
}

func (s *rmm) menu() {
	person := s.selfService("tina")
	tina := s.enrols(person, "tina", nil)
	s.provedMailbox("tina", 1)
	s.mailed("tina", "enrolled")
	s.state("active", "tina")
	s.enters("tina", tina.key)
	s.Call(s.selfService("tina"), 200, "POST", "/v1/enrollment/disable", map[string]string{"code": s.NextCode(tina.key)})
	s.mailed("tina", "factor_removed")
	s.state("not_required", "tina")
	s.decided(s.signIn("tina"), "allow", "not_required")
}

func (s *rmm) everyone() {
	s.refused(s.save("ada", 403, s.preset(nil)), "actor_not_enrolled")
	s.own["ada"] = s.enrols(s.selfService("ada"), "ada", nil)
	s.mailed("ada", "enrolled")
	s.since = s.Now()
	s.save("ada", 200, s.preset(nil))
	s.state("active", "ada", "tom")
	s.state("pending", "owner", "tim", "tina", "todd")
}

func (s *rmm) walled() {
	login := s.signIn("tina")
	s.decided(login, "enroll", "required_by_tenant")
	if login.Value("skippable") != true || login.Text("enroll_by") == "" {
		s.t.Error("the preset's grace is not offered")
	}
	later := s.Call(s.Person(login.Text("login")), 200, "POST", "/v1/enrollment/defer", nil)
	in := s.letsIn("tina", login.Text("login_id"), later.Text("assertion"), "pwd")
	s.gate("tina", "take_control", in, "enroll")
	s.enrolsInLogin("tina", "required_by_tenant")
	s.mailed("tina", "enrolled")
	end := s.since.Add(14 * 24 * time.Hour)
	for _, c := range []struct {
		at   time.Time
		skip bool
	}{{end.Add(-time.Minute), true}, {end.Add(time.Minute), false}} {
		s.Advance(c.at.Sub(s.Now()))
		if got := s.signIn("tim").Value("skippable"); got != c.skip {
			s.t.Errorf("at %v it can be put off: %v", c.at, got)
		}
	}
	s.enrolsInLogin("todd", "required_by_tenant")
	s.mailed("todd", "enrolled")
}

func (s *rmm) locked() {
	for _, value := range []string{"exempt", "inherit", "required"} {
		a := s.Call(s.Platform, 409, "PUT", s.user("tim")+"/requirement", map[string]string{"requirement": value}, s.by("ada")...)
		s.refused(a, "overridden_by_tenant_policy")
	}
	for user, status := range s.requires("ada", []string{"tess", "tina"}, "exempt") {
		if status != 409 {
			s.t.Errorf("%s: %v", user, status)
		}
	}
	if s.shows("tim").Value("override_locked") != true {
		s.t.Error("the dashboard is not told to grey it out")
	}
	off := s.Call(s.selfService("tom"), 409, "POST", "/v1/enrollment/disable", map[string]string{"code": s.NextCode(s.own["tom"].key)})
	s.refused(off, "required_by_policy")
}
