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
	if q.Limit < 1 || !listable(q) {
		return nil, fmt.Errorf("%w: records of kind %s cannot be listed like this", twofactor.ErrStore, q.Kind)
	}
	var rows []row
	for _, record := range s.records {
		if record.Key().Kind != q.Kind {
			continue
		}
		if position, in := place(record, q); in && beyond(position, q) {
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

// beyond reports whether a position is one that q asks for.
func beyond(position string, q twofactor.Query) bool {
	switch {
	case position < q.From || q.Until != "" && position >= q.Until:
		return false
	case q.After == "":
		return true
	case q.Descending:
		return position < q.After
	}
	return position > q.After
}
