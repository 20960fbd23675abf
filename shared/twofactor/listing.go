package twofactor

import (
	"context"
	"errors"
	"iter"
)

// The sizes of a page (contract §3).
const (
	defaultPage = 50
	largestPage = 200
)

// pageSize judges the limit of a list; 0 asks for the usual size.
func pageSize(limit int) (int, error) {
	if limit == 0 {
		return defaultPage, nil
	}
	if limit < 1 || limit > largestPage {
		return 0, invalid("/query/limit", "It is from 1 to %d.", largestPage)
	}
	return limit, nil
}

// pages goes through a list page by page. An error is the last that it gives.
func (d Deps) pages(ctx context.Context, q Query) iter.Seq2[[]Record, error] {
	return func(yield func([]Record, error) bool) {
		for {
			page, err := d.Store.List(ctx, q)
			if !yield(page.Records, err) || err != nil || page.Next == "" {
				return
			}
			q.After = page.Next
		}
	}
}

// sealCursor wraps the position of a list for one API key and one list, so
// that it can neither be read nor changed, nor used by or for another.
func (d Deps) sealCursor(ctx context.Context, c Caller, list, position string) (string, error) {
	if position == "" {
		return "", nil
	}
	sealed, err := d.Tokens.SealToken(ctx, Token{Kind: TokenCursor, KeyID: c.Key.ID, State: list, Body: position})
	if err != nil {
		return "", unavailable(err)
	}
	return sealed.Reveal(), nil
}

// openCursor gives the position back; CodeInvalid for any other text.
func (d Deps) openCursor(ctx context.Context, c Caller, list, cursor string) (string, error) {
	if cursor == "" {
		return "", nil
	}
	token, err := d.Tokens.OpenToken(ctx, Secret(cursor), TokenCursor)
	if err != nil && !errors.Is(err, ErrBadToken) {
		return "", unavailable(err)
	}
	if err != nil || token.KeyID != c.Key.ID || token.State != list {
		return "", invalid("/query/cursor", "It is not a next_cursor of this list.")
	}
	return token.Body, nil
}
