"""The borders of the stages: tables read, checked and written."""
