"""What a programme profile says, as frozen values; the figures themselves stand in the TOML files beside.

Titles come in pairs: `title` in Chinese as the notices have it, `title_en` in English. An optional figure
that a notice does not give is None, never a guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Organisations:
    """Who is who: the purchaser (centre), the provincial association, and who runs the work for it."""

    centre: str
    province: str = ""
    organiser: str = ""


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """A line of the project's own ledger (A1); the notices name no amounts, so `planned_fen` may be open."""

    key: str
    title: str
    title_en: str
    planned_fen: int | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """The money of one project and of all projects together, in fen (A1)."""

    total_fen: int
    programme_total_fen: int
    earmarked: bool
    lines: tuple[BudgetLine, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a list (case type, enterprise type P20) with the other ways people write it."""

    key: str
    title: str
    title_en: str
    aliases: tuple[str, ...] = ()
    criterion: str = ""


@dataclass(frozen=True, slots=True)
class Tier:
    """One step of the recommendation (A4, P5): what it does, how, and until when (P6)."""

    key: str
    title: str
    title_en: str
    duty: str
    deadline: date | None = None
    methods: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Seat:
    """The seats of one region, or of the provincial societies together (A3, P2)."""

    region: str
    cases: int
    code: str | None = None
    kind: str = "city"
    associations: int | None = None
    lecture: int | None = None


@dataclass(frozen=True, slots=True)
class Quota:
    """The table of seats; totals are stated as in the notice and proved against the rows on loading."""

    seats: tuple[Seat, ...]
    cases_total: int
    associations_total: int | None = None
    lecture_total: int | None = None
    must_fill: bool = False
    may_shift: bool = False

    def seat(self, region: str) -> Seat | None:
        """Give the seats of a region by its name in the table, or None."""
        return next((seat for seat in self.seats if seat.region == region), None)


@dataclass(frozen=True, slots=True)
class Selection:
    """How many are chosen and from where (A3–A6, P1, P3–P5); shares in whole percent."""

    chosen_max: int
    chosen_about: bool
    cases_per_enterprise_max: int
    city_cases_per_enterprise_max: int
    surplus_percent: int
    one_recommender: bool
    lecture_min: int
    lecture_max: int | None = None
    lecture_about: bool = False
    lecture_per_city_max: int | None = None
    lecture_park_percent: int | None = None
    park_percent_chosen: int | None = None
    park_percent_nominated: int | None = None


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """One part of a story, of a video's content, of a plan (P8, P17, A2, A8)."""

    key: str
    title: str
    title_en: str
    hint: str = ""
    max_s: int | None = None


@dataclass(frozen=True, slots=True)
class StoryLayout:
    """Fonts and measures of the printed story (P23); sizes as named in Chinese offices, leading in points."""

    title_font: str
    title_size: str
    title_style: str
    subtitle_font: str
    subtitle_size: str
    body_font: str
    body_size: str
    indent_characters: int
    leading_pt: int
    picture_wrap: str


@dataclass(frozen=True, slots=True)
class StorySpec:
    """The written story (A13, P7, P8): how many, how long in characters, what in it."""

    count: int
    max_chars: int
    about: bool
    outline: tuple[OutlineItem, ...]
    subtitle: str = ""
    layout: StoryLayout | None = None


@dataclass(frozen=True, slots=True)
class PhotoKind:
    """One kind of photo asked for, with its number, file name pattern and shape (P9, P10)."""

    key: str
    title: str
    title_en: str
    count_min: int
    count_max: int
    file_name: str | None = None
    ratio: str | None = None
    orientation: str | None = None


@dataclass(frozen=True, slots=True)
class PhotoSpec:
    """The photos of a case (P9, P10); sizes in bytes, originals."""

    count_min: int
    count_max: int
    min_bytes: int
    formats: tuple[str, ...] = ()
    colour: bool = False
    kinds: tuple[PhotoKind, ...] = ()
    archive_name: str | None = None


@dataclass(frozen=True, slots=True)
class VideoSource:
    """What a source video must be (P12–P17).

    Lengths in seconds. `duration_about` says that the notice writes 左右: then `duration_tolerance_s` is let
    pass on both sides. An empty list leaves that point open.
    """

    min_duration_s: int
    max_duration_s: int
    container: tuple[str, ...]
    min_height: int
    aspect: str
    orientation: str
    video_codecs: tuple[str, ...] = ()
    audio_codecs: tuple[str, ...] = ()
    file_name: str = ""
    slogan: str = ""
    duration_about: bool = False
    duration_tolerance_s: int = 0
    intro_max_s: int | None = None
    leader_max_s: int | None = None
    producer_marks_allowed: bool = True
    subtitles_allowed: bool = True
    only_lecture_candidates: bool = False
    content: tuple[OutlineItem, ...] = ()
    soft_rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class ClipStandard:
    """The common standard of finished clips (A12): two minutes, give or take the tolerance."""

    duration_s: int
    tolerance_s: int
    count_min: int
    delivery: str


@dataclass(frozen=True, slots=True)
class HouseStyle:
    """How the cards, names and covers of a programme's clips look (A12: one common standard; P17).

    Colours as #rrggbb. `title_weight` is bold or regular; `align` (left, centre) is for cards, `name_side`
    (left, right) for names in the picture; `logo` is a picture file beside the profile, the campaign's own
    and never that of a production company (P15). Cards last so many seconds unless somebody says otherwise.
    """

    background: str = "#faf8f4"
    ink: str = "#201e1e"
    accent: str = "#b3261e"
    plate: str = "#141418"
    plate_ink: str = "#ffffff"
    title_weight: str = "bold"
    align: str = "left"
    name_side: str = "left"
    logo: str = ""
    opening_s: int = 3
    end_s: int = 3
    slogan: str = ""


@dataclass(frozen=True, slots=True)
class FormField:
    """One box of the recommendation form."""

    key: str
    title: str
    title_en: str
    kind: str
    required: bool = True


@dataclass(frozen=True, slots=True)
class FormSpec:
    """The recommendation form (推荐表): its boxes, the pledge above the stamp, what it is judged on."""

    title: str
    fields: tuple[FormField, ...]
    pledge: str
    criteria: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the summary table; `aliases` are other headings seen for it, `kind` how to read it."""

    field: str
    title: str
    title_en: str
    kind: str = "text"
    required: bool = True
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SummaryLayout:
    """The summary table (推荐汇总表, P19): heading, who stamps it, columns in order, notes below."""

    title: str
    sender: str
    columns: tuple[Column, ...]
    notes: tuple[str, ...] = ()

    def column(self, field: str) -> Column | None:
        """Give the column of a field, or None where this layout has none."""
        return next((column for column in self.columns if column.field == field), None)


@dataclass(frozen=True, slots=True)
class PackageSpec:
    """What is handed in and under which names (P11, P22); {region}, {enterprise}, {case} are filled in."""

    items: tuple[str, ...]
    paper_copies: int = 0
    archive_name: str | None = None
    group_name: str | None = None


@dataclass(frozen=True, slots=True)
class SpeechSpec:
    """The speaking material of a lecture case (P21)."""

    text_chars: int
    slides: bool


@dataclass(frozen=True, slots=True)
class LectureRules:
    """Provincial lecture events and the plan that goes to the centre before each (A7, A8).

    `review_days` is how many days before an event its plan must be approved.
    """

    events_min: int
    due: date
    online_and_offline: bool
    review_days: int
    plan_contents: tuple[OutlineItem, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in words, with the requirement it stands for; a criterion may weigh more than another."""

    key: str
    requirement: str
    title: str
    title_en: str
    weight: int = 1


@dataclass(frozen=True, slots=True)
class Target:
    """One figure of the contract: how many of what (`counts`) until when."""

    key: str
    requirement: str
    title: str
    title_en: str
    unit: str
    unit_en: str
    required: int
    due: date
    counts: str


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of the publicity plan (A10, B1)."""

    key: str
    title: str
    title_en: str
    means: tuple[str, ...]
    starts: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row of the self-assessment table (C); `target_key` names the target that fills it."""

    key: str
    level1: str
    level2: str
    title: str
    title_en: str
    target: str
    weight: int
    unit: str = ""
    target_key: str | None = None


@dataclass(frozen=True, slots=True)
class SelfAssessment:
    """The customary table of 100 points, of which `funds_weight` for the execution of the budget (C)."""

    funds_weight: int
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True, slots=True)
class Profile:
    """Every rule and figure of one programme (requirements A, B, P)."""

    key: str
    kind: str
    year: int
    title: str
    title_en: str
    starts: date
    ends: date
    projects: int
    organisations: Organisations
    budget: Budget
    case_types: tuple[Choice, ...]
    enterprise_types: tuple[Choice, ...]
    selection: Selection
    self_assessment: SelfAssessment
    targets: tuple[Target, ...]
    extends: str | None = None
    province: str | None = None
    province_code: str | None = None
    slogan: str | None = None
    sources: tuple[str, ...] = ()
    tiers: tuple[Tier, ...] = ()
    work_rules: tuple[OutlineItem, ...] = ()
    quota: Quota | None = None
    story: StorySpec | None = None
    photos: PhotoSpec | None = None
    video: VideoSource | None = None
    clip: ClipStandard | None = None
    style: HouseStyle | None = None
    film: ClipStandard | None = None
    form: FormSpec | None = None
    summary: SummaryLayout | None = None
    package: PackageSpec | None = None
    speech: SpeechSpec | None = None
    lecture: LectureRules | None = None
    exhibit_criteria: tuple[Rule, ...] = ()
    exclusions: tuple[Rule, ...] = ()
    duties: tuple[Rule, ...] = ()
    publicity: tuple[Phase, ...] = ()

    def target(self, key: str) -> Target:
        """Give the target with this key; KeyError where the programme has none."""
        return {target.key: target for target in self.targets}[key]

    def case_type(self, key: str) -> Choice | None:
        """Give a case type by its key."""
        return next((choice for choice in self.case_types if choice.key == key), None)

    def enterprise_type(self, key: str) -> Choice | None:
        """Give an enterprise type by its key (P20)."""
        return next((choice for choice in self.enterprise_types if choice.key == key), None)

    def tier(self, key: str) -> Tier | None:
        """Give a recommending tier by its key (P5)."""
        return next((tier for tier in self.tiers if tier.key == key), None)

    def video_spec_mapping(self) -> dict[str, object] | None:
        """Give what `media.specs.VideoSpec.from_mapping` takes, or None where no video is asked for."""
        if self.video is None:
            return None
        video = self.video
        slack_s = video.duration_tolerance_s if video.duration_about else 0
        return {
            "min_duration_s": video.min_duration_s - slack_s,
            "max_duration_s": video.max_duration_s + slack_s,
            "container": list(video.container),
            "video_codecs": list(video.video_codecs),
            "audio_codecs": list(video.audio_codecs),
            "min_height": video.min_height,
            "aspect": video.aspect,
            "orientation": video.orientation,
            "file_name": video.file_name,
            "slogan": video.slogan,
            "producer_marks_allowed": video.producer_marks_allowed,
        }

    def photo_spec_mapping(self) -> dict[str, object] | None:
        """Give what `media.photo_rules.PhotoSpec` reads, or None where no photos are asked for."""
        if self.photos is None:
            return None
        photos = self.photos
        return {
            "min_size_bytes": photos.min_bytes,
            "kinds": list(photos.formats),
            "color": photos.colour,
            "count_min": photos.count_min,
            "count_max": photos.count_max,
            "groups": {
                kind.key: {
                    "count_min": kind.count_min,
                    "count_max": kind.count_max,
                    "file_name": kind.file_name,
                    "ratio": kind.ratio,
                    "orientation": kind.orientation,
                }
                for kind in photos.kinds
            },
        }

    def clip_wish_mapping(self, *, in_chinese: bool) -> dict[str, object] | None:
        """Give what `media.suggest.Wish.from_mapping` takes (A12, P17); None where no clips are asked for."""
        if self.clip is None:
            return None
        parts = self.video.content if self.video else ()
        return {
            "length_s": self.clip.duration_s,
            "tolerance_s": self.clip.tolerance_s,
            "parts": [
                {"key": part.key, "title": part.title if in_chinese else part.title_en, "max_s": part.max_s}
                for part in parts
            ],
        }

    @staticmethod
    def name_for(pattern: str, *, case: str = "", enterprise: str = "", region: str = "") -> str:
        """Fill a name pattern of the profile, such as `{region}{enterprise}{case}` (P10, P11, P16, P22)."""
        for place, value in (("{case}", case), ("{enterprise}", enterprise), ("{region}", region)):
            pattern = pattern.replace(place, value)
        return pattern
