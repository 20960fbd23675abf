package httpapi

import (
	"context"

	"sallyport/shared/twofactor"
)

// linkRequest is the body of POST …/enrollment-link.
type linkRequest struct {
	Deliver string `json:"deliver" want:"required"`
}

// linkBody is an enrolment link. The URL is left out when it went by mail, and
// when the answer is given again.
type linkBody struct {
	URL       string  `json:"url,omitzero"`
	ExpiresAt *string `json:"expires_at"`
}

func makeLink(ctx context.Context, d Deps, r request[linkRequest]) (answer, error) {
	withoutURL := func(a twofactor.LinkAnswer) answer { return created(linkBody{ExpiresAt: stamp(a.ExpiresAt)}) }
	a, err := d.Enroll.Link(ctx, keep(r.Caller, withoutURL), r.ref(), r.Body.Deliver)
	return created(linkBody{URL: a.URL.Reveal(), ExpiresAt: stamp(a.ExpiresAt)}), err
}
