package twofactor

import (
	"context"
	"errors"
)

// The sizes of a page (contract §3).
const (
	defaultPage = 50
	largestPage = 200
)

// List shows the API keys that the caller may manage, by id, a page at a time;
// next is "" at the end. A page may be short. A limit of 0 is 50.
func (k *Keys) List(ctx context.Context, c Caller, limit int, cursor string) (keys []*APIKey, next string, err error) {
	if err := mayManageKeys(c); err != nil {
		return nil, "", err
	}
	if limit, err = pageSize(limit); err != nil {
		return nil, "", err
	}
	after, err := k.openCursor(ctx, c, keyCursor, cursor)
	if err != nil {
		return nil, "", err
	}
	page, err := k.Store.List(ctx, Query{Kind: KindAPIKey, After: after, Limit: limit})
	if err != nil {
		return nil, "", unavailable(err)
	}
	for _, record := range page.Records {
		key, ok := record.(*APIKey)
		if !ok {
			continue
		}
		covered, err := k.covers(ctx, c.Key, key)
		if err != nil {
			return nil, "", err
		}
		if covered {
			keys = append(keys, key)
		}
	}
	next, err = k.sealCursor(ctx, c, keyCursor, page.Next)
	return keys, next, err
}

func pageSize(limit int) (int, error) {
	if limit == 0 {
		return defaultPage, nil
	}
	if limit < 1 || limit > largestPage {
		return 0, invalid("/query/limit", "It is from 1 to %d.", largestPage)
	}
	return limit, nil
}

// keyCursor is what a cursor of this list is for.
const keyCursor = "keys"

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
