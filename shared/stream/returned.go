package stream

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"

	"sallyport/shared/twofactor"
)

// ReturnAnswer says whether an event of SES was about a mail of ours.
type ReturnAnswer struct {
	Recorded bool `json:"recorded"`
}

// mailEvent is the part of SES's event that counts, as EventBridge delivers it.
type mailEvent struct {
	Detail struct {
		EventType string `json:"eventType"`
		Bounce    struct {
			Type    string `json:"bounceType"`
			SubType string `json:"bounceSubType"`
		} `json:"bounce"`
		Mail struct {
			Tags map[string][]string `json:"tags"`
		} `json:"mail"`
	} `json:"detail"`
}

// How many refused mails a return counts as. SES reviews an account at five
// bounces of a hundred, and at one complaint of a thousand already.
const (
	bounceWeight    = 1
	complaintWeight = 5
)

// suppressed are bounces that SES makes up itself, for addresses on its list;
// it does not count them.
var suppressed = []string{"Suppressed", "OnAccountSuppressionList"}

// word is what SES's own words may hold, to be shown in the trail.
var word = regexp.MustCompile(`^[A-Za-z]{1,40}$`)

// returned records a bounce, a complaint or a rejection.
func (f *Function) returned(ctx context.Context, payload json.RawMessage) (ReturnAnswer, error) {
	var event mailEvent
	if err := json.Unmarshal(payload, &event); err != nil {
		return ReturnAnswer{}, ErrUnknownEvent
	}
	tags := map[string]string{}
	for name, values := range event.Detail.Mail.Tags {
		if len(values) == 1 {
			tags[name] = values[0]
		}
	}
	key, ours := twofactor.TaggedMail(tags)
	what, known := event.verdict()
	if !ours || !known {
		return ReturnAnswer{}, nil
	}
	what.Mail = key
	work, cancel := early(ctx)
	defer cancel()
	if err := f.notifier.Returned(work, what); err != nil {
		f.log.Error("a mail's return was not recorded", "code", "return_failed", "error", err)
		return ReturnAnswer{}, err
	}
	return ReturnAnswer{Recorded: true}, nil
}

// verdict names what happened, and says how much it weighs; known is false for
// news that are no failure.
func (e *mailEvent) verdict() (what twofactor.Return, known bool) {
	switch e.Detail.EventType {
	case "Complaint":
		return twofactor.Return{Failure: "Complaint", Weight: complaintWeight}, true
	case "Reject":
		return twofactor.Return{Failure: "Reject"}, true
	case "Bounce":
		return e.bounce(), true
	}
	return twofactor.Return{}, false
}

// bounce tells a mailbox that does not exist from one that is full, or that is
// on SES's own list.
func (e *mailEvent) bounce() twofactor.Return {
	kind, sub := e.Detail.Bounce.Type, e.Detail.Bounce.SubType
	what := twofactor.Return{Failure: "Bounce"}
	if word.MatchString(kind) && word.MatchString(sub) {
		what.Failure = "Bounce" + kind + sub
	}
	if kind == "Permanent" && !slices.Contains(suppressed, sub) {
		what.Weight = bounceWeight
	}
	return what
}
