package httpapi

import (
	"math"
	"strconv"
	"time"

	"sallyport/shared/twofactor"
)

// problem is the body of a refusal (RFC 9457, contract §2).
type problem struct {
	Type      string         `json:"type"`
	Title     string         `json:"title"`
	Status    int            `json:"status"`
	Detail    string         `json:"detail"`
	Code      twofactor.Code `json:"code"`
	RequestID string         `json:"request_id"`

	Errors       []fieldProblem `json:"errors,omitempty"`
	AttemptsLeft *int           `json:"attempts_left,omitzero"`
	RetryAt      *string        `json:"retry_at,omitzero"`
	// MaxAge is in seconds.
	MaxAge int `json:"max_age,omitzero"`
}

// fieldProblem says what is wrong with one member.
type fieldProblem struct {
	Pointer string `json:"pointer"`
	Detail  string `json:"detail"`
}

// problemOf writes a refusal as a client sees it.
func problemOf(refusal *twofactor.Error, issuer, requestID string) problem {
	m := meanings[refusal.Code]
	p := problem{
		Type:         issuer + "/problems/" + string(refusal.Code),
		Title:        m.title,
		Status:       m.status,
		Detail:       refusal.Detail,
		Code:         refusal.Code,
		RequestID:    requestID,
		AttemptsLeft: refusal.AttemptsLeft,
		RetryAt:      roundUp(refusal.RetryAt),
		MaxAge:       int(refusal.MaxAge / time.Second),
	}
	for _, f := range refusal.Fields {
		p.Errors = append(p.Errors, fieldProblem(f))
	}
	return p
}

// roundUp is stamp for a time that must not be early: a client that waits
// until then must not come too soon.
func roundUp(t time.Time) *string {
	if whole := t.Truncate(time.Second); !whole.Equal(t) {
		t = whole.Add(time.Second)
	}
	return stamp(t)
}

// retryAfter is the value of Retry-After: whole seconds from now, at least
// one, never too few.
func retryAfter(at, now time.Time) string {
	seconds := math.Ceil(at.Sub(now).Seconds())
	return strconv.Itoa(int(max(seconds, 1)))
}
