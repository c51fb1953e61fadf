"""The columns of the frames that are answered, by what their rows are: ``name:type``, ``?`` behind what may be null, ``~`` behind a name that may be absent."""

from __future__ import annotations

from collections.abc import Mapping

COLUMNS: Mapping[str, str] = {
    "Finding": "source:text table:text column:text? dimension:text measure:text checked:integer failing:integer "
    "share:number weight:number severity:text finding:sentence",
    "TraitRow": "name:text label:text description:text unit:text type:text is_computed:boolean profiles:integer "
    "missing_share:number distinct:integer? mean:number? low:number? high:number? quantiles:numbers? top:text? "
    "newest_at:instant? lineage:text",
    "RefusedRow": "quarantine_id:integer source:text kind:text file:text line:integer? column_name:text? value:text? "
    "code:text reason:sentence raw:text? refused_at:instant replayed_at:instant?",
    "Merge": "merge_id:integer kept_profile_id:integer merged_profile_id:integer evidence:text merged_at:instant? "
    "undone_at:instant? profile_id:integer?",
    "TargetRow": "rank:integer segment:text name:text score:number attractiveness:number ability:number value:number? "
    "value_scaled:number? size:number? size_scaled:number? growth:number? growth_scaled:number? reach:number? "
    "reach_scaled:number? response:number? response_scaled:number? cost:number? cost_scaled:number? explanation:sentence",
    "TaskRow": "task_id:text profile:integer? person:text? task:text assigned_to:text journey:text step:text occurred_at:instant "
    "done_at:instant? done_by:text? note:text?",
    "JourneyTemplateRow": "name:text label:text about:text lacks:texts written:text",
    "SegmentTemplate": "name:text family:text label:text rule:text definition:text written:text",
    "QualityCriterion": "criterion:text name:sentence value:number? low:number? high:number? verdict:text finding:sentence",
    "MessageRow": "message_id:text profile_id:integer address:text? arm:text? state:text reason:text? attempts:integer "
    "queued_at:instant? intended_at:instant? finished_at:instant? code:integer? reply:text?",
    "JourneyRow": "journey:text state:text inside:integer held:integer ended:integer goal:integer began_at:instant?",
    "PathRow": "enrolment:integer key:text step:text turn:text occurred_at:instant until:instant? zone:text?",
    "KpiDefinition": "name:text label:text unit:text? direction:text? formula:text? measures:pairs",
    "KpiValue": "segment~:text? channel~:text? campaign~:text? period~:text? kpi:text label:text unit:text? direction:text? "
    "value:number? low:number? high:number? n:integer? numerator:number? denominator:number? reason:text? "
    "is_partial:boolean? is_rough:boolean? newest_fact_at:instant?",
    "KpiTargetRow": "kpi:text label:text unit:text? direction:text? every:text target:number period:text? value:number? low:number? "
    "high:number? n:integer? verdict:text finding:sentence is_rough:boolean? newest_fact_at:instant?",
    "RetentionRow": "cohort:text age:integer size:integer active:integer? share:number? revenue:number? is_partial:boolean "
    "may_be_older:boolean",
    "ChannelRow": "channel:text label:text kind:text cost_model:text cost:number sells:boolean contacts:boolean "
    "reach:number measurability:number",
    "ChannelChecked": "channel:text provider:text? state:text people:integer open:integer campaigns:texts missing:sentence?",
    "CarrierHealth": "channel:text carrier:text provider:text domain:text? state:text place:integer sent_at:instant? sent:integer bounced:integer refused:integer unknown:integer complaints:integer bounce_share:number? complaint_share:number? since:instant? why:sentence?",
    "ChannelPerformance": "channel:text segment:text? measure:text label:text unit:text? value:number? low:number? "
    "high:number? n:integer? reason:text?",
    "ChannelScore": "segment:text? channel:text value:number? preference:number? capability:number? score:number? "
    "computed:number? rank:integer? evidence:text is_overridden:boolean reasons:text",
    "ReceiptRow": "received_at:instant provider:text kind:text state:text channel:text? message_id:text? number:text? origin:text? "
    "profile_id:integer? code:integer? words:text? occurred_at:instant",
    "CallbackRow": "callback:text channel:text? url:text? state:text heard_at:instant? delivered:integer bounced:integer "
    "soft_bounced:integer complaint:integer unsubscribed:integer unmatched:integer missing:sentence?",
    "Receiver": "webhook:text url:text segments:texts state:text told_at:instant? failures:integer failed_at:instant? "
    "next_at:instant? why:sentence?",
    "SourceRow": "source:text kind:text loads:integer accepted:integer refused:integer loaded_at:instant",
    "MessageCount": "campaign:text state:text reason:text? messages:integer",
    "IdentifierRow": "namespace:text value:text first_seen_at:instant? source:text?",
    "TemplateRow": "template:text description:text subject:text kind:text languages:texts version:integer changed_at:instant author:text used_by:texts",
    "ChannelOpen": "channel:text purpose:text address:text? may:boolean reason:text? why:sentence",
    "ConsentRow": "consent_id:integer identity:text purpose:text channel:text state:text occurred_at:instant effective_at:instant "
    "expires_at:instant? recorded_at:instant source:text actor:text text_version:text? text_hash:text? statement:integer? file:text?",
    "BlockRow": "channel:text reason:text source:text actor:text occurred_at:instant is_lifted:boolean",
    "PreferenceChoice": "choice:text channel:text purpose:text label:text about:text state:text may_change:boolean",
    "ArmEngagement": "origin:text arm:text? sent:integer opened:integer clicked:integer clicks:integer scanned:integer fetches:integer",
    "GraphNode": "identifier_id:integer namespace:text value:text first_seen_at:instant? source:text?",
    "GraphLink": "left_id:integer right_id:integer merge_id:integer? evidence:sentence",
    "ApartRow": "merge_id:integer profile_id:integer since:instant?",
    "PastEvent": "occurred_at:instant name:text about:text?",
    "StageMove": "before:text? before_name:text now:text now_name:text customers:integer share:number",
    "TraitBar": "label:text? low:number? high:number? profiles:integer share:number",
    "TraitExample": "profile_id:integer key:text? value:any",
    "LineageNode": "node:text kind:text name:text label:text about:text step:integer",
    "LineageLink": "node:text to:text",
    "GroupFound": "segment:text name:text size:integer share:number stability:number judgement:text",
    "GroupEvidence": "k:integer silhouette:number calinski_harabasz:number davies_bouldin:number least_stability:number "
    "inertia:number groupless:number sizes:numbers",
    "ForecastTested": "forecast:text mean_absolute_error:number root_mean_squared_error:number correlation:number? bias:number?",
    "ParameterMeant": "parameter:text value:number standard_error:number? meaning:text?",
    "KpiChange": "segment~:text? channel~:text? campaign~:text? kpi:text label:text unit:text? direction:text? value:number? "
    "low:number? high:number? before:number? before_low:number? before_high:number? change:number? verdict:text reason:text?",
    "RfmPart": "segment:text name:text size:integer share:number? revenue:number? revenue_share:number? "
    "median_recency_days:number? median_orders:number? meaning:text",
    "RfmCell": "recency:integer frequency:integer monetary:integer segment:text customers:integer revenue:number?",
    "RfmRange": "dimension:text score:integer low:number? high:number? customers:integer",
    "UnusualSegment": "segment:text label:text before:integer size:integer finding:sentence",
    "MissedTarget": "kpi:text label:text finding:text",
    "StaleSource": "source:text? until:instant finding:sentence",
    "SegmentationPart": "name:text segment:text size:integer share:number? revenue:number? revenue_share:number? "
    "orders_each:number?",
}

OF_RECORDS: Mapping[tuple[str, str], str] = {
    ("Status", "sources"): "SourceRow",
    ("Status", "messages"): "MessageCount",
    ("Overview", "value"): "KpiChange",
    ("Overview", "segments"): "UnusualSegment",
    ("Overview", "stale"): "StaleSource",
    ("Overview", "missed"): "MissedTarget",
    ("Person", "identifiers"): "IdentifierRow",
    ("Person", "events"): "PastEvent",
    ("Person", "merges"): "Merge",
    ("ConsentsShown", "channels"): "ChannelOpen",
    ("ConsentsShown", "statements"): "ConsentRow",
    ("ConsentsShown", "blocks"): "BlockRow",
    ("PreferencesShown", "choices"): "PreferenceChoice",
    ("CampaignResults", "engagement"): "ArmEngagement",
    ("GraphShown", "identifiers"): "GraphNode",
    ("GraphShown", "links"): "GraphLink",
    ("GraphShown", "apart"): "ApartRow",
    ("WouldUndo", "would_undo"): "Merge",
    ("GridShown", "parts"): "RfmPart",
    ("GridShown", "cells"): "RfmCell",
    ("GridShown", "ranges"): "RfmRange",
    ("SegmentationShown", "parts"): "SegmentationPart",
    ("MovesShown", "moves"): "StageMove",
    ("TraitShown", "bars"): "TraitBar",
    ("LineageShown", "nodes"): "LineageNode",
    ("LineageShown", "links"): "LineageLink",
    ("TraitTried", "bars"): "TraitBar",
    ("TraitTried", "examples"): "TraitExample",
    ("DiscoveryShown", "parts"): "GroupFound",
    ("DiscoveryShown", "evidence"): "GroupEvidence",
    ("ModelExplained", "forecasts"): "ForecastTested",
    ("ModelExplained", "parameters"): "ParameterMeant",
    ("KpiComparison", "figures"): "KpiChange",
}
"""Record and field → what the rows of the frame in it are."""
