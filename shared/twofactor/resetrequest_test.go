package twofactor_test

import (
	"slices"
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

func TestAResetByAnAdministratorApprovesTheOpenRequest(t *testing.T) {
	r, jane, id := requested(t)
	_, err := twofactor.NewResets(r.deps).Reset(r.ctx, r.admin("acme"), jane.ref, twofactor.ResetInput{Reason: "r"})
	r.ok(err)
	if got := r.request(id); got.State != twofactor.ResetApproved || got.DecidedBy == nil || got.DecidedBy.User != "root" {
		t.Errorf("the request is %+v", got)
	}
}

func TestARequestForAnOlderFactorNeverTouchesANewerOne(t *testing.T) {
	r, jane, id := requested(t)
	login := r.signIn(jane.ref)
	_, err := r.codeAt(login.Login, twofactor.MethodTOTP, jane.code(r.clock()))
	r.ok(err)
	if r.request(id).State != twofactor.ResetCancelled {
		t.Error("a right code did not cancel the request")
	}
	_, err = r.decide(r.admin("acme"), id, true)
	r.refused(err, twofactor.CodeAlreadyDecided)
	if r.auth(jane.ref).Factor == nil {
		t.Error("the factor is gone")
	}
}

func TestTheDeskListsNewestFirstAndByState(t *testing.T) {
	r, jane, first := requested(t)
	_, err := r.decide(r.admin("acme"), first, false)
	r.ok(err)
	r.pass(time.Minute)
	second, err := r.ask(r.signIn(jane.ref).Login, "")
	r.ok(err)
	list := func(state twofactor.ResetRequestState, limit int) (ids []string) {
		q := twofactor.RequestQuery{State: state, Limit: limit}
		for range 10 {
			views, next, err := twofactor.NewResets(r.deps).Requests(r.ctx, r.platform(), "acme", q)
			r.ok(err)
			for _, v := range views {
				ids = append(ids, v.ID)
			}
			if q.Cursor = next; next == "" {
				break
			}
		}
		return ids
	}
	if got := list("", 1); !slices.Equal(got, []string{second.ID, first}) {
		t.Errorf("all: %v", got)
	}
	if got := list(twofactor.ResetDenied, 1); !slices.Equal(got, []string{first}) {
		t.Errorf("denied: %v", got)
	}
	_, _, err = twofactor.NewResets(r.deps).Requests(r.ctx, r.platform(), "acme", twofactor.RequestQuery{State: "open"})
	r.refused(err, twofactor.CodeInvalid)
}
