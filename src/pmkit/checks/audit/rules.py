"""What the audit finds, in words."""

from __future__ import annotations

from pmkit.kernel.finding import Rule
from pmkit.kernel.text import Text

STATUS_JUMPED = Rule(
    "AUD101", "status-jumped", "error",
    Text("{id} went from {before} to {after} without the steps between",
         "{id} 由“{before}”变为“{after}”，中间步骤缺失"),
    Text("put the status back, then take the steps with `pmkit {kind} VERB {id}`",
         "请恢复原状态，再用 `pmkit {kind} 动作 {id}` 逐步办理"),
)  # fmt: skip
STEPS_REWRITTEN = Rule(
    "AUD102", "steps-rewritten", "error",
    Text("{id}: a step that had been recorded is another or gone: {step}", "{id}：已记录的步骤被改动或删除：{step}"),
    Text("put it back; what was wrong is corrected by a further step", "请恢复该步骤；有误之处应以后续步骤更正"),
)  # fmt: skip
BORN_ADVANCED = Rule(
    "AUD103", "born-advanced", "error",
    Text("{id} was created as {after}, with nothing before it", "{id} 一新建就是“{after}”，没有此前的步骤"),
    Text("records from before pmkit come in with `pmkit adopt`", "使用 pmkit 之前的记录请用 `pmkit adopt` 纳入"),
)  # fmt: skip
WITHOUT_AUTHORITY = Rule(
    "AUD201", "approval-without-authority", "error",
    Text("{id} was approved by {who}, who {problem}", "{id} 由 {who} 审批，但{problem}"),
    Text("have it approved by: {wanted}", "请由有权限的人审批：{wanted}"),
)  # fmt: skip
OWN_REQUEST = Rule(
    "AUD202", "own-request-approved", "error",
    Text("{id} was approved by {who}, who had asked for it", "{id} 由提出人 {who} 本人审批"),
    Text("have it approved by somebody else of our side", "请由本方其他有权限的人审批"),
)  # fmt: skip
AGREED_TOO_EARLY = Rule(
    "AUD203", "agreed-without-approvals", "error",
    Text("{id} became {after} while approvals were missing: {who}", "{id} 在尚缺审批时变为“{after}”：{who}"),
    Text("assess it again and have it approved", "请重新评估并审批"),
)  # fmt: skip
EDITED_AFTER_APPROVAL = Rule(
    "AUD204", "edited-after-approval", "error",
    Text("{id} was edited after {who} had approved it", "{id} 在 {who} 审批之后被改动"),
    Text("put the approved text back, or assess again and have it approved", "请恢复审批时的内容，或重新评估并审批"),
)  # fmt: skip
APPROVAL_REWRITTEN = Rule(
    "AUD205", "approval-rewritten", "error",
    Text("{id}: the recorded approval of {who} is another or gone", "{id}：{who}的审批记录被改动或删除"),
    Text("put it back; a decision is changed by assessing again", "请恢复该审批记录；要改变决定请重新评估"),
)  # fmt: skip
EVIDENCE_REPLACED = Rule(
    "AUD206", "evidence-replaced", "error",
    Text("{id}: the evidence {file} was replaced or deleted", "{id}：佐证材料 {file} 被替换或删除"),
    Text("put back the file that was recorded: `git checkout {commit}^ -- {file}`",
         "请恢复记录时的文件：`git checkout {commit}^ -- {file}`"),
)  # fmt: skip
MATRIX_LOOSENED = Rule(
    "AUD207", "matrix-loosened", "error",
    Text("{id} could become {after} only because {commit_of_rule} had loosened the approval matrix meanwhile: {who}",
         "{id} 等待审批期间，{commit_of_rule} 放宽了审批权限表，才得以变为“{after}”；按原规则尚缺：{who}"),
    Text("have it approved by the rules that held when it was asked for", "请按提出时的审批规则补齐审批"),
)  # fmt: skip
NOT_SIGNED = Rule(
    "AUD208", "approval-not-signed", "error",
    Text("{id} was approved in a commit without a valid signature", "{id} 的审批所在提交没有有效的数字签名"),
    Text("have it approved again in a signed commit (`git config commit.gpgsign true`)",
         "请在带签名的提交中重新审批（`git config commit.gpgsign true`）"),
)  # fmt: skip
FROZEN_EDITED = Rule(
    "AUD209", "signed-content-changed", "error",
    Text("{id} is signed in {signoff}, and was {what} without an approved change",
         "{id} 已在 {signoff} 中签认，却未经批准的变更而被{what}"),
    Text("put it back, and raise `pmkit change request --affects {id}`",
         "请恢复签认内容，并用 `pmkit change request --affects {id}` 提出变更申请"),
)  # fmt: skip
SIGNOFF_REWRITTEN = Rule(
    "AUD210", "signoff-rewritten", "error",
    Text("{id}: {what} after it was put out for signature", "{id} 送签之后{what}"),
    Text("put it back; a new agreement is a new sign-off", "请恢复原内容；新的约定应另行签认"),
)  # fmt: skip
SIGNED_BY_NOBODY = Rule(
    "AUD211", "signed-without-authority", "error",
    Text("{id} was signed by {who}, who {problem}", "{id} 由 {who} 签署，但{problem}"),
    Text("have it signed by somebody in people.yaml, in their own role", "请由 people.yaml 中的人员以其本人角色签署"),
)  # fmt: skip
AUTHORITY_JUST_GIVEN = Rule(
    "AUD212", "authority-just-given", "warning",
    Text("{id} was approved by {who}, who got the right to do so on the same branch",
         "{id} 由{who}审批，而其审批权限是在同一分支上才赋予的"),
    Text("bring the new person or role to the main branch first, by itself, then have it approved",
         "请先将人员或角色的变动单独合入主分支，再行审批"),
)  # fmt: skip
BUDGET_EDITED = Rule(
    "AUD213", "budget-edited", "error",
    Text("{id} was edited after it was approved", "{id} 批准之后被改动"),
    Text("put it back; it moves by `pmkit cost transfer` and applied changes, or anew after `pmkit cost revise {id}`",
         "请恢复批准时的内容；预算只随 `pmkit cost transfer` 和已实施的变更调整，否则先 `pmkit cost revise {id}`"),
)  # fmt: skip
MANAGER_REPLACED = Rule(
    "AUD214", "manager-replaced", "error",
    Text("{who} {what} without an applied change request", "{who}{what}，没有已实施的变更申请"),
    Text("put the role back, then `pmkit change request --title '...' --type staff --affects {id}`",
         "请恢复角色，再执行 `pmkit change request --title '……' --type staff --affects {id}`"),
)  # fmt: skip
TRAILERS_DIFFER = Rule(
    "AUD301", "trailers-differ", "warning",
    Text("the commit says `{action}` of {named}, but {what}", "提交说明称对 {named} 执行 `{action}`，但{what}"),
    Text("`pmkit commit` writes what a commit really did", "`pmkit commit` 会如实写明提交所做的修改"),
)  # fmt: skip
TAG_LOST = Rule(
    "AUD302", "signoff-tag-outside-history", "error",
    Text("the tag {tag} stands on {commit}, which is not in this history any more",
         "标签 {tag} 所在的提交 {commit} 已不在当前历史中"),
    Text("history was rewritten after the signature: find the old line of commits and go on from it",
         "签认之后历史被改写：请找回原来的提交，并在其上继续工作"),
)  # fmt: skip
TAG_MOVED = Rule(
    "AUD303", "signoff-tag-moved", "error",
    Text("the tag {tag} stands on {commit}, but {id} was signed in {signed}",
         "标签 {tag} 位于 {commit}，但 {id} 是在 {signed} 中签认的"),
    Text("`git tag -f -a {tag} {signed}`, and ask who moved it",
         "执行 `git tag -f -a {tag} {signed}`，并查明是谁移动的"),
)  # fmt: skip
TAG_MISSING = Rule(
    "AUD304", "signoff-tag-missing", "warning",
    Text("{id} was signed in {signed}, and has no tag", "{id} 在 {signed} 中签认，但没有标签"),
    Text("`git fetch --tags`, else `git tag -a {tag} {signed}`",
         "执行 `git fetch --tags`；若仍没有，执行 `git tag -a {tag} {signed}`"),
)  # fmt: skip
TAG_PLAIN = Rule(
    "AUD305", "signoff-tag-plain", "warning",
    Text("the tag {tag} was made anew: it is a bare name, and no longer says who set it when and over what",
         "标签 {tag} 被重建为轻量标签，不再载有设置人、时间和总摘要值"),
    Text("`git fetch --tags --force` brings back the one that was pushed; else `git tag -f -a {tag} {commit}`",
         "执行 `git fetch --tags --force` 取回已推送的标签；若没有，执行 `git tag -f -a {tag} {commit}`"),
)  # fmt: skip
