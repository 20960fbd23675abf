package acceptance

import (
	"maps"
	"slices"
)

// pending is the id of the one request that waits for a decision.
func (s *mssp) pending() (id string) {
	s.t.Helper()
	ids := slices.Collect(maps.Keys(s.requests("pending")))
	if len(ids) != 1 {
		s.t.Fatalf("%d requests are open", len(ids))
	}
	return ids[0]
}

func (s *mssp) approve() {
	id := s.pending()
	decide := s.path + "/reset-requests/" + id
	s.refused(s.Call(s.Platform, 403, "POST", decide+"/approve", nil, s.by("amy")...), "forbidden")
	s.Call(s.Platform, 200, "POST", decide+"/approve", map[string]string{"note": "I called her"}, s.by("owner")...)
	s.refused(s.Call(s.Platform, 409, "POST", decide+"/deny", nil, s.by("owner")...), "already_decided")
	s.mailed("ada", "reset_approved", "I called her", "Done by: owner")
	if s.shows("ada").Value("reset_requested") != false || s.requests("approved")[id] != "ada" {
		s.t.Error("the badge is still there, or the request is not shown as approved")
	}
	old := s.own["ada"]
	s.own["ada"] = s.enrolsInLogin("ada", "factor_reset")
	s.provedMailbox("ada", 1)
	s.mailed("ada", "enrolled")
	person := s.Person(s.signIn("ada").Text("login"))
	s.refused(s.Call(person, 403, "POST", "/v1/verify", map[string]string{"code": s.NextCode(old.key)}), "code_wrong")
	s.enters("ada", s.own["ada"].key)
}

func (s *mssp) otherEnds() {
	denied := s.asks("amy")
	s.mailed("owner", "reset_requested", "Account: The amy (amy)")
	s.Call(s.Platform, 200, "POST", s.path+"/reset-requests/"+denied+"/deny", map[string]string{"note": "Not today"}, s.by("owner")...)
	s.mailed("amy", "reset_denied", "Not today")
	s.enters("amy", s.own["amy"].key)
	overtaken := s.asks("amy")
	s.mailed("owner", "reset_requested")
	s.enters("amy", s.own["amy"].key)
	s.mailed("amy", "reset_cancelled")
	if s.requests("denied")[denied] != "amy" || s.requests("cancelled")[overtaken] != "amy" || len(s.requests("pending")) != 0 {
		s.t.Error("the desk does not show how the requests ended")
	}
}
