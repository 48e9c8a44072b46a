"""f2py makes Python modules of Fortran, for which a page has no compiler: it is left out here."""


def __getattr__(name: str) -> object:
    raise AttributeError(f"numpy.f2py is not part of this site, so there is no numpy.f2py.{name}")
