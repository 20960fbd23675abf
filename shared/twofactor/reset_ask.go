package twofactor

import (
	"context"
)

// RequestInput asks for a reset.
type RequestInput struct{ Reason string }

// RequestAnswer names the request.
type RequestAnswer struct {
	ID    string
	State ResetRequestState
}

// Request asks the administrators to reset the factor of the person whose
// login it is. One request is open at a time: a second one is answered with
// the first. It changes nothing else.
func (r *Resets) Request(ctx context.Context, c Caller, in RequestInput) (RequestAnswer, error) {
	token, err := mayUse(c, TokenLogin)
	if err != nil {
		return RequestAnswer{}, err
	}
	if detail := checkText(in.Reason, maxReason); detail != "" {
		return RequestAnswer{}, invalid("/reason", "%s", detail)
	}
	var answer RequestAnswer
	err = r.settle(ctx, func(ctx context.Context, _ *ConflictError) (Commit, error) {
		var commit Commit
		answer, commit, err = r.request(ctx, c, token, in)
		return commit, err
	})
	if err != nil {
		return RequestAnswer{}, err
	}
	return answer, nil
}

func (r *Resets) request(ctx context.Context, c Caller, token *Token, in RequestInput) (RequestAnswer, Commit, error) {
	p, err := r.loadPerson(ctx, token, Want{Key: DirectoryKey(token.Ref)})
	if err != nil {
		return RequestAnswer{}, Commit{}, err
	}
	if err := p.openLogin(); err != nil {
		return RequestAnswer{}, Commit{}, err
	}
	now := r.Now()
	if d := p.decide(now).Decision; d != DecisionVerify && d != DecisionDeny {
		return RequestAnswer{}, Commit{}, refuse(CodeForbidden, "A reset can be requested where a code is asked for.")
	}
	if open := p.user.openReset(now); open != nil {
		return RequestAnswer{ID: open.ID, State: ResetPending}, Commit{}, nil
	}
	event, err := r.event(c, EventResetRequested, p.user.Ref)
	if err != nil {
		return RequestAnswer{}, Commit{}, err
	}
	event.AskMail(MailResetRequested)
	event.note(DetailReason, in.Reason)
	next := *p.user
	next.OpenReset = &OpenReset{ID: event.ID, CreatedAt: now, Generation: next.Generation}
	paper := &ResetRequest{
		Ref: next.Ref, ID: event.ID, Incarnation: next.Incarnation, Generation: next.Generation,
		CreatedAt: now, Reason: in.Reason,
	}
	paper.Expires = now.Add(resetRequestKept)
	answer := RequestAnswer{ID: paper.ID, State: ResetPending}
	return answer, Commit{Event: event, Put: []Record{paper, &next}}, nil
}

// maxDetail is how much of a text of a person's own an event keeps, in bytes.
const maxDetail = 200

// note keeps a text of a person's own in the event, if there is one.
func (e *Event) note(detail, text string) {
	if text != "" {
		e.Detail[detail] = clip(text, maxDetail)
	}
}
