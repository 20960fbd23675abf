package httpapi

import (
	"context"
	"strings"
	"testing"

	"sallyport/shared/twofactor"
)

type fakeGate struct {
	VerifyCalls
	check    func(twofactor.CheckInput) twofactor.CheckAnswer
	activate func(string) twofactor.ActivationAnswer
}

func (f fakeGate) Check(_ context.Context, _ twofactor.Caller, _ twofactor.Ref, in twofactor.CheckInput) (twofactor.CheckAnswer, error) {
	return f.check(in), nil
}

func (f fakeGate) Activate(_ context.Context, _ twofactor.Caller, _ twofactor.Ref, when string) (twofactor.ActivationAnswer, error) {
	return f.activate(when), nil
}

func TestTheGateShowsForEachDecisionWhatBelongsToIt(t *testing.T) {
	whole := twofactor.CheckAnswer{Reason: twofactor.ReasonThrottled, Email: "a@example.com", Options: []string{twofactor.OptionActivateNow}, LoginID: "l1", Login: "token", ExpiresAt: noon, RetryAt: noon}
	for decision, want := range map[twofactor.Decision]string{
		twofactor.DecisionAllow:  `{"decision":"allow"}`,
		twofactor.DecisionVerify: `{"decision":"verify","login_id":"l1","login":"token","expires_at":"2026-03-04T12:00:00Z"}`,
		twofactor.DecisionEnroll: `{"decision":"enroll","login_id":"l1","login":"token","expires_at":"2026-03-04T12:00:00Z","email":"a@example.com","options":["activate_now"]}`,
		twofactor.DecisionDeny:   `{"decision":"deny","reason":"throttled","retry_at":"2026-03-04T12:00:00Z"}`,
	} {
		b := newBench(t, Verify)
		b.deps.Verify = fakeGate{check: func(twofactor.CheckInput) twofactor.CheckAnswer {
			if decision == twofactor.DecisionAllow {
				return twofactor.CheckAnswer{Decision: decision}
			}
			whole.Decision = decision
			return whole
		}}
		sameJSON(t, string(decision), b.platform("POST /v1/tenants/acme/users/ann/checks", `{"action":"a","session":{"assertion":"x"}}`).Body, want)
	}
}

func TestASessionWithoutAnAssertionIsOneThatShowsNothing(t *testing.T) {
	for body, want := range map[string]string{`{"action":"a"}`: "", `{"action":"a","session":{}}`: "", `{"action":"a","session":{"assertion":null}}`: "", `{"action":"a","session":{"assertion":"x"}}`: "x"} {
		b := newBench(t, Verify)
		b.deps.Verify = fakeGate{check: func(in twofactor.CheckInput) twofactor.CheckAnswer {
			if in.Action != "a" || in.Assertion.Reveal() != want {
				t.Errorf("%s: another assertion", body)
			}
			return twofactor.CheckAnswer{Decision: twofactor.DecisionAllow}
		}}
		b.platform("POST /v1/tenants/acme/users/ann/checks", body).expect(t, body, 200, "")
	}
}

func TestLaterTellsWhatIsLeftAndNowDoesNot(t *testing.T) {
	b := newBench(t, Verify)
	b.deps.Verify = fakeGate{activate: func(when string) twofactor.ActivationAnswer {
		return twofactor.ActivationAnswer{EndSession: when == twofactor.ActivateNow}
	}}
	line := "POST /v1/tenants/acme/users/ann/activation"
	sameJSON(t, "now", b.platform(line, `{"when":"now"}`).Body, `{"end_session":true}`)
	sameJSON(t, "later", b.platform(line, `{"when":"later"}`).Body, `{"end_session":false,"deferrals_left":0}`)
}

type fakeLinks struct{ EnrollCalls }

// Link answers as the use case does when it keeps its answer for a repetition.
func (fakeLinks) Link(_ context.Context, c twofactor.Caller, _ twofactor.Ref, _ string) (twofactor.LinkAnswer, error) {
	a := twofactor.LinkAnswer{URL: "https://two.example/enroll#canary", ExpiresAt: noon}
	if c.Once == nil {
		return a, nil
	}
	status, body, err := c.Once.Render(a)
	if err != nil {
		return a, err
	}
	return a, &twofactor.Replayed{Status: status, Body: body}
}

func TestALinkIsShownOnceAndNotAgain(t *testing.T) {
	b := newBench(t, Enroll)
	b.deps.Enroll = fakeLinks{}
	line := "POST /v1/tenants/acme/users/ann/enrollment-link"
	sameJSON(t, "first", b.platform(line, `{"deliver":"return"}`).Body, `{"url":"https://two.example/enroll#canary","expires_at":"2026-03-04T12:00:00Z"}`)
	r := b.platform(line, `{"deliver":"return"}`, "idempotency-key", "k1")
	r.expect(t, "again", 201, "")
	if strings.Contains(r.Body, "canary") || !strings.Contains(r.Body, "expires_at") {
		t.Error("the kept answer holds the link, or nothing")
	}
}
