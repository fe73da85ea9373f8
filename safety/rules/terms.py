"""The terms in which an adverse event is described: CDISC submission values where CDISC has any."""

from enum import StrEnum

from audit.rules import gettext_noop as _


class Outcome(StrEnum):
    """AEOUT (CDISC C66768)."""

    RECOVERED = "RECOVERED/RESOLVED"
    RECOVERING = "RECOVERING/RESOLVING"
    SEQUELAE = "RECOVERED/RESOLVED WITH SEQUELAE"
    NOT_RECOVERED = "NOT RECOVERED/NOT RESOLVED"
    FATAL = "FATAL"
    UNKNOWN = "UNKNOWN"


class ActionTaken(StrEnum):
    """AEACN (of CDISC C66767): what was done with the product. Reduced is a partial bag."""

    NOT_CHANGED = "DOSE NOT CHANGED"
    REDUCED = "DOSE REDUCED"
    INTERRUPTED = "DRUG INTERRUPTED"
    WITHDRAWN = "DRUG WITHDRAWN"
    NOT_APPLICABLE = "NOT APPLICABLE"
    UNKNOWN = "UNKNOWN"


class Causality(StrEnum):
    """AEREL: the five terms in use in China, and one for the investigator who can't judge."""

    DEFINITELY = "DEFINITELY RELATED"
    PROBABLY = "PROBABLY RELATED"
    POSSIBLY = "POSSIBLY RELATED"
    POSSIBLY_NOT = "POSSIBLY UNRELATED"
    DEFINITELY_NOT = "DEFINITELY UNRELATED"
    UNABLE_TO_JUDGE = "UNABLE TO JUDGE"


class Criterion(StrEnum):
    """What makes an event serious (ICH E2A II.B); any one is enough. Severe is not serious."""

    DEATH = "AESDTH"
    LIFE_THREATENING = "AESLIFE"
    HOSPITALISATION = "AESHOSP"
    DISABILITY = "AESDISAB"
    CONGENITAL_ANOMALY = "AESCONG"
    MEDICALLY_IMPORTANT = "AESMIE"

    @property
    def item(self) -> str:
        """The name under which it is recorded."""
        return self.name.lower()


class SpecialInterest(StrEnum):
    """Adverse events of special interest of a cell therapy in myasthenia gravis."""

    CRS = "CRS"
    ICANS = "ICANS"
    GVHD = "GVHD"
    INFUSION_REACTION = "INFUSION REACTION"
    INFECTION = "INFECTION"
    CYTOPENIA = "CYTOPENIA"
    HYPOGAMMAGLOBULINAEMIA = "HYPOGAMMAGLOBULINAEMIA"
    IEC_HS = "IEC-HS"
    MG_EXACERBATION = "MG EXACERBATION"
    MALIGNANCY = "NEW MALIGNANCY"
    PREGNANCY = "PREGNANCY"


# Unable to judge is treated as related: a suspicion that can't be excluded is one (ICH E2A).
RELATED = frozenset({Causality.DEFINITELY, Causality.PROBABLY, Causality.POSSIBLY, Causality.UNABLE_TO_JUDGE})
GRADES = range(1, 6)
LIFE_THREATENING_GRADE = 4
FATAL_GRADE = 5

OUTCOME_LABELS = {
    Outcome.RECOVERED: _("recovered"),
    Outcome.RECOVERING: _("recovering"),
    Outcome.SEQUELAE: _("recovered with sequelae"),
    Outcome.NOT_RECOVERED: _("not recovered"),
    Outcome.FATAL: _("fatal"),
    Outcome.UNKNOWN: _("outcome unknown"),
}
ACTION_LABELS = {
    ActionTaken.NOT_CHANGED: _("dose not changed"),
    ActionTaken.REDUCED: _("dose reduced (part of the bag)"),
    ActionTaken.INTERRUPTED: _("infusion or treatment interrupted"),
    ActionTaken.WITHDRAWN: _("treatment ended"),
    ActionTaken.NOT_APPLICABLE: _("not applicable"),
    ActionTaken.UNKNOWN: _("action unknown"),
}
CAUSALITY_LABELS = {
    Causality.DEFINITELY: _("definitely related"),
    Causality.PROBABLY: _("probably related"),
    Causality.POSSIBLY: _("possibly related"),
    Causality.POSSIBLY_NOT: _("possibly unrelated"),
    Causality.DEFINITELY_NOT: _("definitely unrelated"),
    Causality.UNABLE_TO_JUDGE: _("unable to judge"),
}
CRITERION_LABELS = {
    Criterion.DEATH: _("results in death"),
    Criterion.LIFE_THREATENING: _("life-threatening at the time of the event"),
    Criterion.HOSPITALISATION: _("hospitalisation or its prolongation"),
    Criterion.DISABILITY: _("persistent or significant disability"),
    Criterion.CONGENITAL_ANOMALY: _("congenital anomaly or birth defect"),
    Criterion.MEDICALLY_IMPORTANT: _("other medically important event"),
}
SPECIAL_INTEREST_LABELS = {
    SpecialInterest.CRS: _("cytokine release syndrome"),
    SpecialInterest.ICANS: _("immune effector cell-associated neurotoxicity syndrome"),
    SpecialInterest.GVHD: _("graft-versus-host disease"),
    SpecialInterest.INFUSION_REACTION: _("infusion reaction"),
    SpecialInterest.INFECTION: _("infection: grade 3 or more, opportunistic, or reactivation"),
    SpecialInterest.CYTOPENIA: _("cytopenia: grade 3 or more, or not recovered by 14 days"),
    SpecialInterest.HYPOGAMMAGLOBULINAEMIA: _("hypogammaglobulinaemia"),
    SpecialInterest.IEC_HS: _("haemophagocytic lymphohistiocytosis-like syndrome"),
    SpecialInterest.MG_EXACERBATION: _("exacerbation or crisis of myasthenia gravis"),
    SpecialInterest.MALIGNANCY: _("new malignancy"),
    SpecialInterest.PREGNANCY: _("pregnancy"),
}
# The general grades (CTCAE v5.0, introduction); the grade of a term is its own row in CTCAE.
GRADE_LABELS = {
    1: _("1 mild: no intervention"),
    2: _("2 moderate: minimal or local intervention; limits instrumental daily activities"),
    3: _("3 severe: hospitalisation, or limits self-care"),
    4: _("4 life-threatening: urgent intervention"),
    5: _("5 death"),
}


def counts_as_related(causality: str | None) -> bool | None:
    """Whether an assessed relation counts as related; None while nobody has judged it."""
    return Causality(causality) in RELATED if causality else None
