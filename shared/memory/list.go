package memory

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"sallyport/shared/twofactor"
)

// List implements [twofactor.Lister].
func (s *Store) List(ctx context.Context, q twofactor.Query) (twofactor.Page, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return twofactor.Page{}, fmt.Errorf("%w: %w", twofactor.ErrStore, err)
	}
	if err := s.faults.load(nil); err != nil {
		return twofactor.Page{}, err
	}
	rows, err := s.rows(q)
	if err != nil {
		return twofactor.Page{}, err
	}
	page := twofactor.Page{}
	for _, r := range rows {
		if len(page.Records) == q.Limit {
			page.Next = rows[len(page.Records)-1].position
			break
		}
		page.Records = append(page.Records, clone(r.record))
	}
	return page, nil
}

// row is a record and its place in the order of a list.
type row struct {
	position string
	record   twofactor.Record
}

// rows returns everything that q asks for, in order, without its limit.
func (s *Store) rows(q twofactor.Query) ([]row, error) {
	var rows []row
	for _, record := range s.records {
		position, err := place(record, q)
		if err != nil {
			return nil, err
		}
		if position != "" && beyond(position, q) {
			rows = append(rows, row{position, record})
		}
	}
	slices.SortFunc(rows, func(a, b row) int {
		if q.Descending {
			a, b = b, a
		}
		return strings.Compare(a.position, b.position)
	})
	return rows, nil
}

// place returns where a record stands in the list that q asks for, or "" when
// it does not belong there.
func place(record twofactor.Record, q twofactor.Query) (string, error) {
	key := record.Key()
	position := key.ID
	switch q.Kind {
	case twofactor.KindDirectory:
		position = key.User
	case twofactor.KindAPIKey, twofactor.KindEventRow:
	case twofactor.KindMail:
		mail, ok := record.(*twofactor.Mail)
		if !ok || mail.State != twofactor.MailQueued || mail.Lane() != q.Prefix {
			return "", nil
		}
		return fmt.Sprintf("%013d#%s#%s", mail.DueAt.UnixMilli(), mail.Tenant, mail.ID), nil
	default:
		return "", fmt.Errorf("%w: records of kind %s cannot be listed", twofactor.ErrStore, q.Kind)
	}
	if key.Kind != q.Kind || key.Tenant != q.Tenant || !strings.HasPrefix(position, q.Prefix) {
		return "", nil
	}
	return position, nil
}

func beyond(position string, q twofactor.Query) bool {
	switch {
	case q.After == "":
		return true
	case q.Descending:
		return position < q.After
	}
	return position > q.After
}
