package twofactor

import "context"

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

// keyCursor is what a cursor of this list is for.
const keyCursor = "keys"
